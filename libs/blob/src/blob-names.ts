import { isSha256 } from './digest.ts';

/**
 * Where things lie below the prefix. Blobs lie as in a local blob folder, so that its `blobs/` can be copied into a
 * container as it is. Every upload has a name of its own: removing one never removes what somebody else has written.
 */
export const createBlobNames = (prefix = '') => {
  const blobs = `${prefix}blobs/`;
  const blob = (sha256: string) => `${blobs}${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
  return {
    blobs,
    incoming: `${prefix}incoming/`,
    blob,
    upload: (id: string) => `${prefix}incoming/${id}`,
    /** The digest that a name stands for; `null` for what is not one of the store's blobs. */
    digestOf: (name: string): string | null => {
      const sha256 = name.slice(name.lastIndexOf('/') + 1);
      return isSha256(sha256) && blob(sha256) === name ? sha256 : null;
    },
  };
};

export type BlobNames = ReturnType<typeof createBlobNames>;
