import { createMemoryBlobStore } from './index.ts';
import { blobStoreSuite } from './blob-store.suite.ts';

blobStoreSuite('memory', async () => ({
  store: createMemoryBlobStore(),
  fullStore: createMemoryBlobStore({ capacityBytes: 0 }),
  isLocal: false,
  givesLinks: false,
  close: async () => {},
}));
