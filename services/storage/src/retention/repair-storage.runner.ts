import { assetStream } from '@ffapi/contracts';
import { scanAll, type ReadModel } from '@ffapi/read-model';
import { commander, type ServiceContext } from '@ffapi/service-kit';
import { assetDecider } from '../assets/index.ts';
import { checkStorage, type Found, type StorageFindings } from './check-storage.runner.ts';

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

const refusalOf = ({ missingCount, named }: StorageFindings): string | null =>
  missingCount > Math.max(lostMin, named * lostShareMax)
    ? `${missingCount} of ${named} are missing: see first whether this is the right store.`
    : null;

/** Deletes the bytes that nothing names, and the files whose bytes are lost: they are told as gone from then on. */
const repair = async (
  context: ServiceContext,
  { missing, unnamed }: Found,
  putBefore: Date,
): Promise<Pick<StorageCheck, 'removed' | 'deleted'>> => {
  const decide = commander(context, assetDecider, assetStream);
  let [removed, deleted] = [0, 0];
  for await (const { document } of scanAll(unnamed)) if (await context.blobs.delete(document, { putBefore })) removed++;
  for await (const { document } of scanAll(missing))
    for (const fileId of document.files) {
      const command = { type: 'DeleteAsset', by: 'storage-check', reason: 'its bytes are lost' } as const;
      const { commit } = await decide(fileId, command, { causationId: 'storage-check' });
      if (commit) deleted++;
    }
  return { removed, deleted };
};

/** What is stored and not named, and named and not stored; repaired where that is wanted and looks right. */
export const checkStored = async (
  context: ServiceContext,
  scratch: ReadModel,
  { isRepair }: { readonly isRepair: boolean },
): Promise<StorageCheck> => {
  const { config, now, store, blobs } = context;
  const nowMs = Date.parse(now());
  const logsSince = new Date(nowMs - config.LOG_RETENTION_DAYS * dayMs).toISOString();
  const putBefore = new Date(nowMs - config.CLEANUP_GRACE_SECONDS * 1000);
  const { findings, found } = await checkStorage({ store, blobs, scratch, logsSince, putBefore });
  const refused = isRepair ? refusalOf(findings) : null;
  const isRepaired = isRepair && refused === null;
  const repaired = isRepaired ? await repair(context, found, putBefore) : { removed: 0, deleted: 0 };
  return { ...findings, ...repaired, refused };
};
