import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { BlobStoreFull, BlobStoreUnavailable, type CloudBlobStore } from '@ffapi/blob';
import { connectionSuite } from '@ffapi/blob/connection-suite';
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
});

if (findVersityGw())
  connectionSuite(
    'S3',
    async () => {
      const server = await startVersityGw();
      const door = await openDoor(server.endpoint);
      const store = createS3BlobStore({
        ...server,
        forcePathStyle: true,
        partSizeBytes: 5 << 20,
        endpoint: door.endpoint,
        idleTimeoutMs,
      });
      const close = async () => {
        store.close();
        await door.close();
        await server.stop();
      };
      return { store, door, close };
    },
    {
      idleTimeoutMs,
      silence: /ETIMEDOUT|TimeoutError/,
      largeBytes: 11 << 20,
      busy: { status: 503, code: 'ServiceUnavailable' },
      isBody: (asked) => asked.includes('x-id=GetObject'),
    },
  );
