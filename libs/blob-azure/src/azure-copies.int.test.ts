import { randomBytes } from 'node:crypto';
import { BlobNotFound, BlobStoreUnavailable, readBlob, type StoredBlob, type CloudBlobStore } from '@ffapi/blob';
import { findAzurite, openDoor, startAzurite, type Door, type TestAzure } from '@ffapi/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAzureBlobStore } from './index.ts';
import { look } from './look.ts';
import { openContainer } from './container.ts';

const idleTimeoutMs = 1500;
/** Contents have two blocks, so that they are copied into place. */
const blockSizeBytes = 8;

/** The emulator copies at once; Azure may take its time, and fail. */
describe.skipIf(!findAzurite())('Azure blob store and copies that are not there at once', () => {
  let server: TestAzure;
  let door: Door;
  let store: CloudBlobStore;
  let other: CloudBlobStore;
  beforeAll(async () => {
    server = await startAzurite();
    door = await openDoor(server.endpoint);
    store = createAzureBlobStore({ ...server, blockSizeBytes, endpoint: door.endpoint, idleTimeoutMs });
    other = createAzureBlobStore({ ...server, blockSizeBytes });
  });
  beforeEach(() => door.watch(() => 'pass'));
  afterAll(async () => {
    store.close();
    other.close();
    await door.close();
    await server.stop();
  });

  const answer = (status: number, headers: Record<string, string>) => ({ status, code: '', headers });
  const copying = (copyStatus: string, progress = '0/10') => ({
    'x-ms-copy-id': 'one',
    'x-ms-copy-status': copyStatus,
    'x-ms-copy-progress': progress,
    etag: '"1"',
    'last-modified': new Date(0).toUTCString(),
  });
  const isCopy = (asked: string) => /^PUT [^?]*\/blobs\/..\/..\/[^?]*$/.test(asked);
  const isHead = (asked: string) => /^HEAD [^?]*\/blobs\/..\/../.test(asked);

  it('waits for a copy that goes on', async () => {
    const bytes = randomBytes(10);
    let polls = 0;
    let isBegun = false;
    door.watch(async (asked) => {
      if (isCopy(asked)) {
        isBegun = true;
        return answer(202, copying('pending'));
      }
      if (!isBegun || !isHead(asked)) return 'pass';
      polls++;
      // Longer than a silence may be, but there is progress.
      if (polls < 6) return answer(200, copying('pending', `${polls}/10`));
      await other.put(bytes);
      return 'pass';
    });
    const start = performance.now();
    const ref = await store.put(bytes);
    expect(performance.now() - start).toBeGreaterThan(idleTimeoutMs);
    expect(polls).toBe(6);
    expect(await readBlob(store, ref)).toEqual(bytes);
  });

  it.each([
    ['does not go on, and ends it', 'pending', /does not go on/, 1],
    ['fails', 'failed', /cannot be used: Blob copy failed/, 0],
  ])('says that a copy %s', async (_, copyStatus, said, endedCount) => {
    let isBegun = false;
    const ended: string[] = [];
    door.watch((asked) => {
      if (asked.includes('comp=copy&copyid=one')) {
        ended.push(asked);
        return answer(204, {});
      }
      if (isCopy(asked)) {
        isBegun = true;
        return answer(202, copying('pending'));
      }
      return isBegun && isHead(asked) ? answer(200, copying(copyStatus)) : 'pass';
    });
    const failure = await store.put(randomBytes(10)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BlobStoreUnavailable);
    expect(String(failure)).toMatch(said);
    expect(ended).toHaveLength(endedCount);
    expect(await other.sweepIncoming(new Date(Date.now() + 60_000))).toBe(0);
  });

  it.each(['pending', 'failed', 'aborted'])(
    'shows nothing of a copy that is %s, and writes over it',
    async (status) => {
      const bytes = randomBytes(10);
      const ref = await other.put(bytes);
      const container = openContainer(server);
      const { etag = '' } = (await look(container, ref.sha256)) ?? {};
      container.close();
      const unfinished = { ...copying(status), etag };
      let isWritten = false;
      door.watch((asked) => {
        isWritten ||= isCopy(asked);
        if (isWritten) return 'pass';
        const isGet = new RegExp(`^GET [^?]*${ref.sha256}`).test(asked);
        return isHead(asked) || isGet ? answer(200, unfinished) : 'pass';
      });
      expect(await store.has(ref)).toBe(false);
      await expect(store.head(ref)).rejects.toBeInstanceOf(BlobNotFound);
      await expect(store.get(ref)).rejects.toBeInstanceOf(BlobNotFound);
      expect(await store.touch(ref)).toBe(false);
      expect(await store.delete(ref, { putBefore: new Date(Date.now() + 60_000) })).toBe(false);
      // The condition holds in the server: it is written over what was looked at.
      expect(await store.put(bytes)).toEqual(ref);
      expect(isWritten).toBe(true);
      expect(await readBlob(store, ref)).toEqual(bytes);
    },
  );

  it('lists nothing of it', async () => {
    const whole = await other.put(randomBytes(10));
    const item = (sha256: string, copyStatus: string) =>
      `<Blob><Name>blobs/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}</Name><Properties>
        <Last-Modified>${new Date(0).toUTCString()}</Last-Modified><Etag>1</Etag><Content-Length>10</Content-Length>
        <BlobType>BlockBlob</BlobType><CopyStatus>${copyStatus}</CopyStatus></Properties></Blob>`;
    door.watch(() => ({
      status: 200,
      code: '',
      body: `<?xml version="1.0"?><EnumerationResults ServiceEndpoint="" ContainerName="blobs"><Blobs>${[
        item(whole.sha256, 'success'),
        item('f'.repeat(64), 'pending'),
        item('f'.repeat(64), 'failed'),
      ].join('')}</Blobs><NextMarker/></EnumerationResults>`,
    }));
    const found: StoredBlob[] = [];
    for await (const blob of store.list()) found.push(blob);
    expect(found).toMatchObject([{ sha256: whole.sha256 }]);
  });
});
