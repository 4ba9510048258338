import { racesSuite } from '@ffapi/blob/races-suite';
import { findAzurite, openDoor, startAzurite } from '@ffapi/testkit';
import { it } from 'vitest';
import { openContainer } from './container.ts';
import { createAzureBlobStore } from './index.ts';
import { itemsUnder } from './listing.ts';

/** Contents have two blocks, so that they are copied into place. */
const blockSizeBytes = 8;

const open = async () => {
  const server = await startAzurite();
  const door = await openDoor(server.endpoint);
  const other = createAzureBlobStore({ ...server, blockSizeBytes });
  const held = createAzureBlobStore({ ...server, blockSizeBytes, endpoint: door.endpoint });
  const container = openContainer(server);
  return {
    other,
    held,
    door,
    leftovers: () => itemsUnder(container, container.names.incoming, { includeUncommitedBlobs: true }),
    close: async () => {
      for (const one of [other, held, container]) one.close();
      await door.close();
      await server.stop();
    },
  };
};

if (findAzurite()) racesSuite('Azure', open, { stepsMax: 12, grainMs: 1000 });
// A file without a test fails; that the lane is left out is said beside the other tests of this store.
else it.skip('races need a server', () => {});
