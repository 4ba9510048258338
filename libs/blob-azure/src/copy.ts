import type { BlobRequestConditions } from '@azure/storage-blob';
import { BlobStoreUnavailable } from '@ffapi/blob';
import { blobClient, type Container } from './container.ts';
import { failureOf, isConflict } from './failure-of.ts';
import { touchedNow } from './look.ts';

const pollMs = 500;

export interface Copy {
  readonly from: string;
  readonly to: string;
  readonly conditions: BlobRequestConditions;
}

/**
 * Copies inside the account, without the bytes coming here; `false`: somebody else was there before. Azure may take its
 * time for it, as long as it goes on.
 */
export const copyBlob = async (container: Container, { from, to, conditions }: Copy): Promise<boolean> => {
  try {
    let watch: NodeJS.Timeout | undefined;
    const poller = await blobClient(container, to).beginCopyFromURL(blobClient(container, from).url, {
      conditions,
      metadata: touchedNow(),
      intervalInMs: pollMs,
      onProgress: () => watch?.refresh(),
    });
    watch = setTimeout(() => poller.stopPolling(), container.idleTimeoutMs);
    try {
      await poller.pollUntilDone();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'PollerStoppedError') throw error;
      // While it is pending, nobody else can write the blob.
      await poller.cancelOperation();
      throw new BlobStoreUnavailable('the container does not go on with a copy', { cause: error });
    } finally {
      clearTimeout(watch);
    }
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error instanceof BlobStoreUnavailable ? error : failureOf(error);
  }
};
