import type { BlockBlobClient } from '@azure/storage-blob';
import { rethrow } from './failure-of.ts';

/** Azure's own limit. */
export const blocksMax = 50_000;

export interface Stage {
  /** Sends a block while the one before is under way. */
  add(block: Buffer): Promise<void>;
  /** Waits for what is under way, whatever becomes of it. */
  settled(): Promise<void>;
  /** Makes one blob of all blocks. */
  commit(): Promise<void>;
}

/**
 * Blocks of a blob that is not there before all of them are. No request is given up half-way: the server might still
 * carry it out, when what was staged has been taken away.
 */
export const openStage = (client: BlockBlobClient): Stage => {
  const ids: string[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const settled = async () => void (await Promise.allSettled([last]));
  return {
    add: async (block) => {
      const before = last;
      const id = Buffer.from(String(ids.length).padStart(6, '0')).toString('base64');
      ids.push(id);
      last = client.stageBlock(id, block, block.length);
      // It is waited for with the next block. That it fails until then does not mean that nobody minds.
      last.catch(() => {});
      await before.catch(rethrow);
    },
    settled,
    commit: async () => {
      await last.catch(rethrow);
      await client.commitBlockList(ids).catch(rethrow);
    },
  };
};
