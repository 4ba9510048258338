import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { blobStoreSuite } from './blob-store.suite.ts';
import {
  blobRefOf,
  BlobStoreUnavailable,
  createMemoryBlobStore,
  patientBlobStore,
  type Again,
  type BlobStore,
  type ByteRange,
} from './index.ts';

const away = () => new BlobStoreUnavailable('away');

/** As often as it is said. */
const tries =
  (triesMax: number, failures: unknown[] = []): Again =>
  async (work) => {
    for (let n = 1; ; n++) {
      try {
        return await work();
      } catch (error) {
        failures.push(error);
        if (!(error instanceof BlobStoreUnavailable) || n === triesMax) throw error;
      }
    }
  };

blobStoreSuite('one that is waited for', async () => ({
  store: patientBlobStore(createMemoryBlobStore(), tries(1)),
  fullStore: patientBlobStore(createMemoryBlobStore({ capacityBytes: 0 }), tries(1)),
  isLocal: false,
  givesLinks: false,
  close: async () => {},
}));

/** A store that is away for the first call of each kind, before or after it has done what it was asked for. */
const flaky = (store: BlobStore, when: 'before' | 'after'): BlobStore => {
  const seen = new Set<string>();
  const call =
    (name: string, real: (...args: never[]) => Promise<unknown>) =>
    async (...args: never[]): Promise<unknown> => {
      if (seen.has(name)) return real(...args);
      seen.add(name);
      if (when === 'after') await real(...args);
      throw away();
    };
  const calls = Object.entries(store).map(([name, real]) => [name, name === 'list' ? real : call(name, real as never)]);
  return Object.fromEntries(calls) as BlobStore;
};

/** A store whose bodies break off after so many bytes each. */
const breaking = (store: BlobStore, afterBytes: number, asked: (ByteRange | undefined)[] = []): BlobStore => ({
  ...store,
  get: async (key, options) => {
    asked.push(options?.range);
    const bytes = await buffer(await store.get(key, options));
    const body = async function* () {
      yield bytes.subarray(0, afterBytes);
      if (bytes.byteLength >= afterBytes) throw away();
    };
    return Readable.from(body(), { objectMode: false });
  },
});

describe('a store that is waited for', () => {
  it.each(['before', 'after'] as const)('does all again that failed %s it was done', async (when) => {
    const dir = await mkdtemp(join(tmpdir(), 'ffapi-patient-'));
    const store = patientBlobStore(flaky(createMemoryBlobStore(), when), tries(2));
    const [bytes, other] = [randomBytes(100), randomBytes(100)];
    await writeFile(join(dir, 'file'), other);
    const ref = await store.put(bytes);
    expect(await store.putFile(join(dir, 'file'))).toEqual(blobRefOf(other));
    expect(await buffer(await store.get(ref))).toEqual(bytes);
    expect([await store.has(ref), await store.touch(ref), await store.localPath(ref)]).toEqual([true, true, null]);
    expect(await store.head(ref)).toMatchObject(ref);
    expect(await store.freeBytes()).toBeGreaterThan(0);
    await rm(dir, { recursive: true });
  });

  it('does not send a stream twice', async () => {
    const store = patientBlobStore(flaky(createMemoryBlobStore(), 'before'), tries(9));
    await expect(store.put(Readable.from([randomBytes(9)]))).rejects.toBeInstanceOf(BlobStoreUnavailable);
  });

  it('goes on where a body broke, also behind its last byte', async () => {
    const memory = createMemoryBlobStore();
    const bytes = randomBytes(100);
    const ref = await memory.put(bytes);
    const asked: (ByteRange | undefined)[] = [];
    const store = patientBlobStore(breaking(memory, 25, asked), tries(1));
    expect(await buffer(await store.get(ref))).toEqual(bytes);
    expect(asked).toEqual([undefined, ...[25, 50, 75, 100].map((start) => ({ start, end: undefined }))]);
    const part = await store.get(ref, { range: { start: 10, end: 59 } });
    expect(await buffer(part)).toEqual(bytes.subarray(10, 60));
  });

  it('gives up on a body that breaks off without a byte more', async () => {
    const memory = createMemoryBlobStore();
    const ref = await memory.put(randomBytes(100));
    const failures: unknown[] = [];
    const empty: BlobStore = {
      ...memory,
      get: async (key, options) => (options?.range ? breaking(memory, 0) : breaking(memory, 60)).get(key, options),
    };
    const body = await patientBlobStore(empty, tries(3, failures)).get(ref);
    await expect(buffer(body)).rejects.toBeInstanceOf(BlobStoreUnavailable);
    expect(failures).toHaveLength(3);
  });

  it('lets go of a body that nobody reads on', async () => {
    const memory = createMemoryBlobStore();
    const source = new Readable({ read() {} });
    source.push('some of it');
    const store = patientBlobStore({ ...memory, get: async () => source }, tries(1));
    const body = await store.get({ sha256: 'a'.repeat(64) });
    const closed = new Promise<void>((resolve) => source.once('close', () => resolve()));
    for await (const _ of body) break;
    await closed;
    expect(source.destroyed).toBe(true);
  });
});
