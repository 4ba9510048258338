import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { BlobNotFound, BlobStoreFull, BlobStoreUnavailable, type CloudBlobStore } from '@ffapi/blob';
import { connectionSuite } from '@ffapi/blob/connection-suite';
import { findFakeGcs, freePorts, gcsFailure, openDoor, startFakeGcs, type Door, type TestGcs } from '@ffapi/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGcsBlobStore, type GcsBlobStoreOptions } from './index.ts';

// Longer than an emulator on a busy machine is silent.
const idleTimeoutMs = 1_000;
const pieceSizeBytes = 1 << 20;
describe.skipIf(!findFakeGcs())('GCS blob store and its server', () => {
  let server: TestGcs;
  let door: Door;
  let store: CloudBlobStore;
  const open = (options: Partial<GcsBlobStoreOptions>) => createGcsBlobStore({ ...server, pieceSizeBytes, ...options });
  beforeAll(async () => {
    server = await startFakeGcs();
    door = await openDoor(server.endpoint);
    store = open({ endpoint: door.endpoint, idleTimeoutMs });
  });
  afterAll(async () => {
    store.close();
    await door.close();
    await server.stop();
  });

  const wrong: [string, (port: number) => Partial<GcsBlobStoreOptions>, RegExp][] = [
    ['bucket', () => ({ bucket: 'absent' }), /"absent" is not there: create it, .*\(notFound, 404\)/],
    [
      'endpoint',
      (port) => ({ endpoint: `http://127.0.0.1:${port}` }),
      /cannot be reached: .*endpoint .*\(ECONNREFUSED\)/,
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
      expect(shown).not.toContain(server.credentials.private_key.slice(100, 140));
    }
    misled.close();
  });

  it('notices an endpoint that gives back other bytes', async () => {
    door.watch((asked) => (/^GET [^?]*canary-.*media/.test(asked) ? { status: 206, code: 'none' } : 'pass'));
    await expect(store.check()).rejects.toThrow(/other bytes/);
  });

  it('tells a clock that is wrong from a key that is', async () => {
    const refuses = (date: Date) => () => {
      const { headers, ...failure } = gcsFailure(401, 'authError');
      return { ...failure, headers: { ...headers, date: date.toUTCString() } };
    };
    door.watch(refuses(new Date(Date.now() - 45 * 60_000)));
    await expect(store.check()).rejects.toThrow(/45 minutes off: set its clock/);
    door.watch(refuses(new Date()));
    await expect(store.check()).rejects.toThrow(/does not take the credentials/);
  });

  it.each([
    [507, 'insufficientStorage', BlobStoreFull],
    [403, 'quotaExceeded', BlobStoreFull],
    [403, 'forbidden', BlobStoreUnavailable],
    [403, 'retentionPolicyNotMet', BlobStoreUnavailable],
    [429, 'rateLimitExceeded', BlobStoreUnavailable],
    [503, 'backendError', BlobStoreUnavailable],
  ])('takes an answer of %i %s for what it is', async (status, code, failure) => {
    door.watch((asked) => (asked.startsWith('POST') ? gcsFailure(status, code) : 'pass'));
    for (const sizeBytes of [9, 2 * pieceSizeBytes]) {
      const error = await store.put(randomBytes(sizeBytes)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(failure);
      expect(String(error)).toContain(code);
    }
  });

  it('is told of a refusal at once, however much was sent', async () => {
    const large = open({ endpoint: door.endpoint, pieceSizeBytes: 8 << 20 });
    door.watch((asked) => (asked.startsWith('POST') ? gcsFailure(403, 'forbidden') : 'pass'));
    const before = process.cpuUsage();
    await expect(large.put(randomBytes(8 << 20))).rejects.toBeInstanceOf(BlobStoreUnavailable);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1500);
    large.close();
  });

  it('never takes a bucket that is gone for a blob that is', async () => {
    const gone = open({ bucket: 'absent' });
    for (const asked of [gone.head, gone.get, gone.localPath])
      await expect(asked({ sha256: 'a'.repeat(64) })).rejects.toBeInstanceOf(BlobStoreUnavailable);
    gone.close();
  });

  it('asks for the bucket where an answer does not say what is missing', async () => {
    const key = { sha256: 'a'.repeat(64) };
    const isList = (asked: string) => /\/o\?/.test(asked);
    door.watch((asked) => (isList(asked) ? 'pass' : { status: 404, code: 'none', body: 'Not Found' }));
    expect(await store.has(key)).toBe(false);
    await expect(store.get(key)).rejects.toBeInstanceOf(BlobNotFound);
    door.watch(() => ({ status: 404, code: 'none', body: 'Not Found' }));
    for (const asked of [store.has, store.get]) await expect(asked(key)).rejects.toBeInstanceOf(BlobStoreUnavailable);
  });
});

if (findFakeGcs())
  connectionSuite(
    'GCS',
    async () => {
      const server = await startFakeGcs();
      const door = await openDoor(server.endpoint);
      const store = createGcsBlobStore({ ...server, pieceSizeBytes, endpoint: door.endpoint, idleTimeoutMs });
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
      largeBytes: 3 * pieceSizeBytes,
      busy: gcsFailure(503, 'backendError'),
      isBody: (asked) => asked.startsWith('GET'),
    },
  );
