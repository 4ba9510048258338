import { createAzureBlobStore } from '@ffapi/blob-azure';
import { findAzurite, startAzurite } from '@ffapi/testkit';
import { filesInCloudSuite } from './cloud.suite.ts';

if (!findAzurite()) process.stdout.write('LANE SKIPPED azure (no azurite: node tools/azurite/build.mjs)\n');

const prefix = 'media/';

filesInCloudSuite({
  place: 'a container',
  isHere: findAzurite() !== undefined,
  start: async (dir, port) => {
    const azure = await startAzurite({ dir, port });
    const store = createAzureBlobStore({ ...azure, prefix });
    return {
      settings: {
        STORAGE_BACKEND: 'azure',
        AZURE_CONTAINER: azure.container,
        AZURE_STORAGE_ACCOUNT: azure.account.name,
        AZURE_STORAGE_KEY: azure.account.key,
        AZURE_ENDPOINT: azure.endpoint,
        AZURE_PREFIX: prefix,
      },
      secret: azure.account.key,
      origin: new URL(azure.endpoint).origin,
      lifetimeSecondsOf: (link) => (Date.parse(link.searchParams.get('se') ?? '') - Date.now()) / 1000,
      digests: async () => {
        const found: string[] = [];
        for await (const { sha256 } of store.list()) found.push(sha256);
        return found;
      },
      unfinishedCount: () => store.sweepIncoming(new Date(Date.now() + 3600_000)),
      stop: async () => {
        store.close();
        await azure.stop();
      },
    };
  },
  refusals: [
    [
      'a container that is not there',
      { AZURE_CONTAINER: 'nowhere' },
      /STORAGE_BACKEND=azure: container "nowhere" is not there/,
    ],
    ['a key that is wrong', { AZURE_STORAGE_KEY: 'wrong-and-secret' }, /look at the key of the account/],
    ['nobody at the endpoint', { AZURE_ENDPOINT: 'http://127.0.0.1:9/a' }, /cannot be reached: look at the account/],
    [
      'a connection string that is none',
      { AZURE_STORAGE_CONNECTION_STRING: 'wrong-and-secret' },
      /STORAGE_BACKEND=azure: the connection string is none: /,
    ],
  ],
});
