import { BlobStoreUnavailable, type BlobRef, type BlobStore } from '@ffapi/blob';

export interface StoredBlobs {
  /** The same store; what is put into it is remembered. */
  readonly blobs: BlobStore;
  /** Makes all of it as new as what is put now; throws `BlobStoreUnavailable` where some is gone. */
  renew(): Promise<void>;
}

/**
 * Until an event names them, stored bytes are spared for being new. Who has waited for the store between one and the
 * next may have some that are old by now, or are removed already.
 */
export const rememberStored = (blobs: BlobStore): StoredBlobs => {
  const stored = new Map<string, BlobRef>();
  const remember = async (putting: Promise<BlobRef>): Promise<BlobRef> => {
    const ref = await putting;
    stored.set(ref.sha256, ref);
    return ref;
  };
  return {
    blobs: {
      ...blobs,
      put: (body, options) => remember(blobs.put(body, options)),
      putFile: (path, options) => remember(blobs.putFile(path, options)),
    },
    renew: async () => {
      for (const ref of stored.values())
        if (!(await blobs.touch(ref))) throw new BlobStoreUnavailable('what was stored before the outage is gone');
    },
  };
};
