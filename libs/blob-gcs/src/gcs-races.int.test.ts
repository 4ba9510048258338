import { racesSuite } from '@ffapi/blob/races-suite';
import { findFakeGcs, openDoor, startFakeGcs } from '@ffapi/testkit';
import { it } from 'vitest';
import { openBucket } from './bucket.ts';
import { createGcsBlobStore } from './index.ts';
import { objectsUnder } from './objects.ts';

/** Contents have two pieces, so that they are made of both. */
const pieceSizeBytes = 8;

const open = async () => {
  const server = await startFakeGcs();
  const door = await openDoor(server.endpoint);
  const other = createGcsBlobStore({ ...server, pieceSizeBytes });
  const held = createGcsBlobStore({ ...server, pieceSizeBytes, endpoint: door.endpoint });
  const bucket = openBucket(server);
  return {
    other,
    held,
    door,
    leftovers: () => objectsUnder(bucket, bucket.names.incoming),
    close: async () => {
      for (const one of [other, held, bucket]) one.close();
      await door.close();
      await server.stop();
    },
  };
};

if (findFakeGcs()) racesSuite('GCS', open, { stepsMax: 12, grainMs: 1 });
// A file without a test fails; that the lane is left out is said beside the other tests of this store.
else it.skip('races need a server', () => {});
