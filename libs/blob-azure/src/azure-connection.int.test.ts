import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { BlobStoreFull, BlobStoreUnavailable, readBlob, type CloudBlobStore } from '@ffapi/blob';
import { connectionSuite } from '@ffapi/blob/connection-suite';
import { findAzurite, freePorts, openDoor, startAzurite, type Door, type TestAzure } from '@ffapi/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openContainer } from './container.ts';
import { createAzureBlobStore, type AzureBlobStoreOptions } from './index.ts';

// Longer than an emulator on a busy machine is silent.
const idleTimeoutMs = 1_000;
const blockSizeBytes = 1 << 20;
const otherKey = Buffer.from('not-this-one').toString('base64');

describe.skipIf(!findAzurite())('Azure blob store and its server', () => {
  let server: TestAzure;
  let door: Door;
  let store: CloudBlobStore;
  const open = (options: Partial<AzureBlobStoreOptions>) =>
    createAzureBlobStore({ ...server, blockSizeBytes, ...options });
  beforeAll(async () => {
    server = await startAzurite();
    door = await openDoor(server.endpoint);
    store = open({ endpoint: door.endpoint, idleTimeoutMs });
  });
  afterAll(async () => {
    store.close();
    await door.close();
    await server.stop();
  });

  const stringOf = ({ key = server.account.key, endpoint = server.endpoint }) =>
    `DefaultEndpointsProtocol=http;AccountName=${server.account.name};AccountKey=${key};BlobEndpoint=${endpoint}`;
  const wrong: [string, (port: number) => Partial<AzureBlobStoreOptions>, RegExp][] = [
    ['container', () => ({ container: 'absent' }), /"absent" is not there: .*the container .*ContainerNotFound/],
    [
      'key',
      () => ({ account: { ...server.account, key: otherKey } }),
      /key of the account .*\(AuthorizationFailure, 403\)/,
    ],
    [
      'key in a connection string',
      () => ({ account: { connectionString: stringOf({ key: otherKey }) }, endpoint: undefined }),
      /key of the account/,
    ],
    [
      'endpoint',
      (port) => ({ endpoint: `http://127.0.0.1:${port}/x` }),
      /cannot be reached: .*endpoint \(ECONNREFUSED\)/,
    ],
  ];

  it.each(wrong)('tells a wrong %s, and no credential with it', async (_, options, said) => {
    const [port = 0] = await freePorts(1);
    const misled = open(options(port));
    await expect(misled.check()).rejects.toThrow(said);
    const key = { sha256: 'a'.repeat(64) };
    const list = async () => {
      for await (const blob of misled.list()) expect(blob).toBeUndefined();
    };
    const asked = [
      misled.put(randomBytes(9)),
      misled.get(key),
      misled.has(key),
      misled.touch(key),
      misled.delete(key),
      misled.freeBytes(),
      misled.sweepIncoming(new Date()),
      list(),
    ];
    const failures = await Promise.all(asked.map((each) => each.catch((error: unknown) => error)));
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(BlobStoreUnavailable);
      const shown = inspect(failure, { depth: 20, showHidden: true });
      for (const secret of [otherKey, server.account.key, 'SharedKey']) expect(shown).not.toContain(secret);
    }
    misled.close();
  });

  it('takes a connection string, with a key or with a shared access signature', async () => {
    const { ContainerSASPermissions } = await import('@azure/storage-blob');
    const container = openContainer(server);
    const signed = await container.client.generateSasUrl({
      permissions: ContainerSASPermissions.parse('rwdl'),
      expiresOn: new Date(Date.now() + 60_000),
    });
    container.close();
    const strings = [
      stringOf({}),
      `BlobEndpoint=${server.endpoint};SharedAccessSignature=${new URL(signed).search.slice(1)}`,
    ];
    const bytes = randomBytes(2 * blockSizeBytes);
    for (const [n, connectionString] of strings.entries())
      for (const endpoint of [undefined, door.endpoint]) {
        const asked: string[] = [];
        door.watch((each) => {
          asked.push(each);
          return 'pass';
        });
        const opened = open({ account: { connectionString }, endpoint, prefix: `${n}/${endpoint === undefined}/` });
        await opened.check();
        const ref = await opened.put(bytes);
        expect((await readBlob(opened, ref)).equals(bytes)).toBe(true);
        expect(await opened.delete(ref)).toBe(true);
        expect(asked.length > 0).toBe(endpoint !== undefined);
        opened.close();
      }
  });

  it('notices an endpoint that gives back other bytes', async () => {
    door.watch((asked) =>
      /^GET [^?]*canary-/.test(asked) ? { status: 206, code: 'none', headers: { etag: '"1"' } } : 'pass',
    );
    await expect(store.check()).rejects.toThrow(/other bytes/);
  });

  it('tells a clock that is wrong from a key that is', async () => {
    const refuses = (date: Date) => () => ({
      status: 403,
      code: 'AuthenticationFailed',
      headers: { date: date.toUTCString(), 'x-ms-error-code': 'AuthenticationFailed' },
    });
    door.watch(refuses(new Date(Date.now() - 45 * 60_000)));
    await expect(store.check()).rejects.toThrow(/45 minutes off: set its clock/);
    door.watch(refuses(new Date()));
    await expect(store.check()).rejects.toThrow(/does not take the credentials/);
  });

  it.each([
    [507, 'InsufficientStorage', BlobStoreFull],
    [409, 'StorageAccountQuotaExceeded', BlobStoreFull],
    [403, 'AuthorizationPermissionMismatch', BlobStoreUnavailable],
    [409, 'BlobImmutableDueToPolicy', BlobStoreUnavailable],
    [429, 'TooManyRequests', BlobStoreUnavailable],
    [503, 'ServerBusy', BlobStoreUnavailable],
  ])('takes an answer of %i %s for what it is', async (status, code, failure) => {
    door.watch((asked) => (asked.startsWith('PUT') ? { status, code } : 'pass'));
    for (const sizeBytes of [9, 2 * blockSizeBytes]) {
      const error = await store.put(randomBytes(sizeBytes)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(failure);
      expect(String(error)).toContain(code);
    }
  });

  it('never takes a container that is gone for a blob that is', async () => {
    const gone = open({ container: 'absent' });
    for (const asked of [gone.head, gone.get, gone.localPath])
      await expect(asked({ sha256: 'a'.repeat(64) })).rejects.toBeInstanceOf(BlobStoreUnavailable);
    gone.close();
  });
});

if (findAzurite())
  connectionSuite(
    'Azure',
    async () => {
      const server = await startAzurite();
      const door = await openDoor(server.endpoint);
      const store = createAzureBlobStore({ ...server, blockSizeBytes, endpoint: door.endpoint, idleTimeoutMs });
      const close = async () => {
        store.close();
        await door.close();
        await server.stop();
      };
      return { store, door, close };
    },
    {
      idleTimeoutMs,
      silence: /ETIMEDOUT/,
      largeBytes: 3 * blockSizeBytes,
      busy: { status: 503, code: 'ServerBusy' },
      isBody: (asked) => asked.startsWith('GET'),
    },
  );
