import { join } from 'node:path';

/** Where things lie below the store's folder; two levels of 256 keep every folder small up to tens of millions of blobs. */
export const createLayout = (dir: string) => {
  const blobs = join(dir, 'blobs');
  return {
    blobs,
    incoming: join(dir, 'incoming'),
    folder: (sha256: string) => join(blobs, sha256.slice(0, 2), sha256.slice(2, 4)),
    file: (sha256: string) => join(blobs, sha256.slice(0, 2), sha256.slice(2, 4), sha256),
  };
};

export type Layout = ReturnType<typeof createLayout>;
