import { assetStream } from '@ffapi/contracts';
import type { ReadModel } from '@ffapi/read-model';
import { commander, type ServiceContext } from '@ffapi/service-kit';
import { assetDecider } from '../assets/index.ts';
import { checkStorage, type StorageFindings } from './check-storage.runner.ts';

export interface StorageCheck extends StorageFindings {
  /** Bytes that nothing named and that are gone now. */
  readonly removed: number;
  /** Files that were deleted, as their bytes are lost. */
  readonly deleted: number;
  /** Why nothing was repaired, though that was asked for. */
  readonly refused: string | null;
}

const dayMs = 24 * 3600 * 1000;
/** So many missing are a store that is not the right one, rather than bytes that were lost. */
const lostShareMax = 0.1;
const lostMin = 100;

const optionsOf = ({ config, now, store, blobs }: ServiceContext, scratch: ReadModel) => {
  const nowMs = Date.parse(now());
  return {
    store,
    blobs,
    scratch,
    logsSince: new Date(nowMs - config.LOG_RETENTION_DAYS * dayMs).toISOString(),
    putBefore: new Date(nowMs - config.CLEANUP_GRACE_SECONDS * 1000),
  };
};

/** What is stored and not named, and named and not stored. */
export const checkStored = async (context: ServiceContext, scratch: ReadModel): Promise<StorageCheck> => ({
  ...(await checkStorage(optionsOf(context, scratch))),
  removed: 0,
  deleted: 0,
  refused: null,
});

/** Deletes the bytes that nothing names, and the files whose bytes are lost: they are told as gone from then on. */
export const repairStored = async (context: ServiceContext, openScratch: () => ReadModel): Promise<StorageCheck> => {
  const first = await checkStored(context, openScratch());
  const isOtherStore = first.missingCount > Math.max(lostMin, first.named * lostShareMax);
  if (isOtherStore) {
    const refused = `${first.missingCount} of ${first.named} are missing: see first whether this is the right store.`;
    return { ...first, refused };
  }
  const decide = commander(context, assetDecider, assetStream);
  let [removed, deleted] = [0, 0];
  const options = optionsOf(context, openScratch());
  const { putBefore } = options;
  const found = await checkStorage({
    ...options,
    onUnnamed: async (sha256) => {
      if (await context.blobs.delete({ sha256 }, { putBefore })) removed++;
    },
    onMissing: async ({ files }) => {
      for (const fileId of files) {
        const command = { type: 'DeleteAsset', by: 'storage-check', reason: 'its bytes are lost' } as const;
        const { commit } = await decide(fileId, command, { causationId: 'storage-check' });
        if (commit) deleted++;
      }
    },
  });
  return { ...found, removed, deleted, refused: null };
};
