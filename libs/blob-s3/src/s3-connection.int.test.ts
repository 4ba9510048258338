import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { inspect } from 'node:util';
import {
  blobRefOf,
  BlobStoreFull,
  BlobStoreUnavailable,
  patientBlobStore,
  readBlob,
  type CloudBlobStore,
} from '@ffapi/blob';
import { findVersityGw, freePorts, openDoor, startVersityGw, type Door, type TestS3 } from '@ffapi/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3BlobStore, type S3BlobStoreOptions } from './index.ts';

const idleTimeoutMs = 300;

describe.skipIf(!findVersityGw())('S3 blob store and its server', () => {
  let server: TestS3;
  let door: Door;
  let store: CloudBlobStore;
  const open = (options: Partial<S3BlobStoreOptions>) =>
    createS3BlobStore({ ...server, forcePathStyle: true, ...options });
  beforeAll(async () => {
    server = await startVersityGw();
    door = await openDoor(server.endpoint);
    store = open({ endpoint: door.endpoint, idleTimeoutMs });
  });
  afterAll(async () => {
    store.close();
    await door.close();
    await server.stop();
  });

  const wrong: [string, (port: number) => Partial<S3BlobStoreOptions>, RegExp][] = [
    ['bucket', () => ({ bucket: 'absent' }), /"absent" is not there: .*the bucket .*NoSuchBucket/],
    [
      'secret',
      () => ({ credentials: { ...server.credentials, secretAccessKey: 'not-this-one' } }),
      /credentials: .*secret.*SignatureDoesNotMatch/,
    ],
    [
      'access key',
      () => ({ credentials: { ...server.credentials, accessKeyId: 'nobody' } }),
      /credentials: .*access key/,
    ],
    [
      'endpoint',
      (port) => ({ endpoint: `http://127.0.0.1:${port}` }),
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
    const asked = [misled.put(randomBytes(9)), misled.get(key), misled.has(key), misled.touch(key), list()];
    const failures = await Promise.all(asked.map((each) => each.catch((error: unknown) => error)));
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(BlobStoreUnavailable);
      expect(inspect(failure, { depth: 20 })).not.toMatch(/not-this-one|nobody|ffapi-test/);
      expect(inspect(failure, { depth: 20 })).not.toContain(server.credentials.secretAccessKey);
    }
    misled.close();
  });

  it('notices an endpoint that gives back other bytes', async () => {
    door.watch((asked) => (asked.includes('x-id=GetObject') ? { status: 200, code: 'none' } : 'pass'));
    await expect(store.check()).rejects.toThrow(/other bytes/);
  });

  it.each([
    [403, 'QuotaExceeded', BlobStoreFull],
    [507, 'XMinioStorageFull', BlobStoreFull],
    [403, 'AccessDenied', BlobStoreUnavailable],
    [503, 'SlowDown', BlobStoreUnavailable],
  ])('takes an answer of %i %s for what it is', async (status, code, failure) => {
    door.watch((asked) => (asked.startsWith('PUT') ? { status, code } : 'pass'));
    const error = await store.put(randomBytes(9)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(failure);
    expect(String(error)).toContain(code);
  });

  it('repeats what was lost', async () => {
    const lost = new Set<string>();
    door.watch((asked) => {
      if (lost.has(asked)) return 'pass';
      lost.add(asked);
      return 'lose';
    });
    const bytes = randomBytes(1000);
    expect(await readBlob(store, await store.put(bytes))).toEqual(bytes);
  });

  it.each([
    ['was cut off', 'lose halfway'],
    ['does not go on', 'stop halfway'],
  ] as const)('tells a body that %s from a whole one', async (_, fate) => {
    door.watch(() => 'pass');
    const ref = await store.put(randomBytes(1 << 20));
    door.watch(() => fate);
    const body = await store.get(ref);
    await expect(body.toArray()).rejects.toBeInstanceOf(BlobStoreUnavailable);
  });

  /** Longer than the SDK, which gives up after four requests. */
  const insist = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof BlobStoreUnavailable) || tries === 3) throw error;
      }
    }
  };

  it('is read to its end by who waits, however often a body is cut off', async () => {
    door.watch(() => 'pass');
    const bytes = randomBytes(1 << 20);
    const ref = await store.put(bytes);
    let bodies = 0;
    door.watch((asked) => (asked.includes('x-id=GetObject') && ++bodies <= 4 ? 'lose halfway' : 'pass'));
    const read = await readBlob(patientBlobStore(store, insist), ref);
    expect(read.equals(bytes)).toBe(true);
    expect(bodies).toBe(5);
  });

  it('takes in what is put by who waits, when it is back', async () => {
    let refused = 0;
    door.watch(() => (++refused <= 6 ? { status: 503, code: 'ServiceUnavailable' } : 'pass'));
    const bytes = randomBytes(1000);
    const patient = patientBlobStore(store, insist);
    expect(await patient.put(bytes)).toEqual(blobRefOf(bytes));
    expect(await readBlob(store, blobRefOf(bytes))).toEqual(bytes);
  });

  it('lets a reader pause for longer than the server may, and give up', async () => {
    door.watch(() => 'pass');
    const bytes = randomBytes(16 << 20);
    const ref = await store.put(bytes);
    const body = await store.get(ref);
    const start = performance.now();
    await once(body, 'readable');
    await expect.poll(() => performance.now() - start).toBeGreaterThan(3 * idleTimeoutMs);
    expect(Buffer.concat(await body.toArray()).equals(bytes)).toBe(true);
    const abort = new AbortController();
    const aborted = await store.get(ref, { signal: abort.signal });
    abort.abort();
    await expect(aborted.toArray()).rejects.toMatchObject({ name: 'AbortError' });
    await expect(store.get(ref, { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
