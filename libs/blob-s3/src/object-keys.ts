import { isSha256 } from '@ffapi/blob';

/**
 * Where things lie below the prefix. Blobs lie as in a local blob folder, so that its `blobs/` can be copied into a
 * bucket as it is, and so that servers which keep objects in folders have small ones. Every marker, upload and set-aside
 * copy has a name of its own: removing one never removes what somebody else has written since.
 */
export const createObjectKeys = (prefix = '') => {
  const [blobs, touched, incoming, unused] = ['blobs', 'touched', 'incoming', 'unused'].map(
    (kind) => `${prefix}${kind}/`,
  ) as [string, string, string, string];
  const markers = (sha256: string) => `${touched}${fan(sha256)}/`;
  return {
    prefix,
    blobs,
    touched,
    incoming,
    unused,
    blob: (sha256: string) => `${blobs}${fan(sha256)}`,
    markers,
    /** Digits of one length, so that names sort by time. */
    marker: (sha256: string, at: Date, id: string) =>
      `${markers(sha256)}${String(at.getTime()).padStart(timeDigits, '0')}-${id}`,
    upload: (id: string) => `${incoming}${id}`,
    setAside: (sha256: string, id: string) => `${unused}${sha256}/${id}`,
  };
};

export type ObjectKeys = ReturnType<typeof createObjectKeys>;

const timeDigits = 13;

const fan = (sha256: string): string => `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;

/** The digest in a key below the given folder; `null` for what is not one of the store's objects. */
export const digestIn = (folder: string, key: string): string | null => {
  const found = key.slice(folder.length).split('/').find(isSha256);
  return found ?? null;
};

/** When a marker was written, by the clock of the process that wrote it. */
export const touchedAt = (marker: string): Date => new Date(Number(/(\d+)-[^/]*$/.exec(marker)?.[1] ?? 0));
