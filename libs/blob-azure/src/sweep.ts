import type { Container } from './container.ts';
import { itemsUnder } from './listing.ts';
import { discard } from './put.ts';
import { isOlder } from './remove.ts';

/** Removes uploads that nobody goes on with, also those of which there are only blocks, and counts them. */
export const sweep = async (container: Container, before: Date): Promise<number> => {
  let removed = 0;
  for await (const { name, properties } of itemsUnder(container, container.names.incoming, {
    includeUncommitedBlobs: true,
  })) {
    if (!isOlder(properties.lastModified, before)) continue;
    await discard(container, name);
    removed++;
  }
  return removed;
};
