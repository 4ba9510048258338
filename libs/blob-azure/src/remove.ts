import { blobClient, type Container } from './container.ts';
import { failureOf, isConflict, isMissing } from './failure-of.ts';
import { look } from './look.ts';

/** Whether something is surely older. Azure tells whole seconds: what looks older by less than one may not be. */
export const isOlder = (at: Date, before: Date): boolean => at.getTime() + 1000 <= before.getTime();

/** What became of something that was to be removed. */
export type Removal = 'removed' | 'missing' | 'changed';

/** Removes a blob with its snapshots; with an ETag only what still has it. */
export const eraseBlob = async (container: Container, name: string, ifMatch?: string): Promise<Removal> => {
  try {
    const conditions = ifMatch === undefined ? {} : { ifMatch };
    await blobClient(container, name).delete({ deleteSnapshots: 'include', conditions });
    return 'removed';
  } catch (error) {
    if (isMissing(error)) return 'missing';
    if (isConflict(error)) return 'changed';
    throw failureOf(error);
  }
};

/** Deletes the blob if it is older, and nothing but what was judged: what was put or touched since has another ETag. */
export const removeOlder = async (container: Container, sha256: string, putBefore: Date): Promise<boolean> => {
  for (;;) {
    const found = await look(container, sha256);
    if (!found?.isWhole || !isOlder(found.modifiedAt, putBefore)) return false;
    const removal = await eraseBlob(container, container.names.blob(sha256), found.etag);
    if (removal !== 'changed') return removal === 'removed';
  }
};
