import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreCorrupt, type EventStore } from '@ffapi/es';
import { commitOf, createMemoryEventStore } from '@ffapi/es-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnchorKeeper, verifyAnchors, type Anchor } from './anchors.ts';

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ffapi-anchors-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const newFile = () => join(folder, String(files++), 'anchors.jsonl');
const fill = async (store: EventStore, count: number) => {
  for (let i = 0; i < count; i++) await store.append(`job.${crypto.randomUUID()}`, null, commitOf({ i }));
};
const anchorsIn = async (file: string): Promise<Anchor[]> =>
  (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** The same store seen through another reading: fewer commits, or changed ones. */
const seenAs = (store: EventStore, lastPosition: number, change = (hash: string) => hash): EventStore => ({
  ...store,
  read: async function* (options: Parameters<EventStore['read']>[0]) {
    for await (const batch of store.read(options)) {
      const seen = batch.filter(({ position }) => position <= lastPosition);
      if (seen.length > 0) yield seen.map((commit) => ({ ...commit, hash: change(commit.hash) }));
    }
  } as EventStore['read'],
});

describe('anchors', () => {
  it('are written every thousand commits and at the end, and hold', async () => {
    const store = createMemoryEventStore();
    const file = newFile();
    expect(await verifyAnchors({ store, file })).toBeNull();
    const keeper = await createAnchorKeeper({ store, file });
    await fill(store, 2_345);
    await keeper.stop();
    expect((await anchorsIn(file)).map(({ count }) => count)).toEqual([1_000, 2_000, 2_345]);

    const again = await createAnchorKeeper({ store, file });
    await fill(store, 700);
    await again.stop();
    expect((await anchorsIn(file)).map(({ count }) => count)).toEqual([1_000, 2_000, 2_345, 3_000, 3_045]);
    expect((await verifyAnchors({ store, file }))?.count).toBe(3_045);
  });

  it('show a cut tail, a changed commit, a lost and another store', async () => {
    const store = createMemoryEventStore();
    const file = newFile();
    const keeper = await createAnchorKeeper({ store, file });
    await fill(store, 1_500);
    await keeper.stop();
    await expect(verifyAnchors({ store: seenAs(store, 1_499), file })).rejects.toThrow(/ends at commit 1499/);
    await expect(verifyAnchors({ store: seenAs(store, 0), file })).rejects.toThrow(EventStoreCorrupt);
    await expect(verifyAnchors({ store: seenAs(store, 9_999, () => 'f00'), file })).rejects.toThrow(/not the ones/);
    await expect(verifyAnchors({ store: createMemoryEventStore(), file })).rejects.toThrow(/another one/);
  });

  it('ignore a half-written line and survive in the mirror', async () => {
    const store = createMemoryEventStore();
    const file = newFile();
    let mirrored: string | null = null;
    const mirror = {
      read: async () => mirrored,
      write: async (text: string) => {
        mirrored = text;
      },
    };
    const keeper = await createAnchorKeeper({ store, file, mirror });
    await fill(store, 10);
    await keeper.stop();
    await appendFile(file, '{"incarnation":"x","posi');
    expect((await verifyAnchors({ store, file }))?.count).toBe(10);

    await rm(file);
    await expect(verifyAnchors({ store: seenAs(store, 9), file, mirror })).rejects.toThrow(EventStoreCorrupt);
    await writeFile(file, '');
    expect((await verifyAnchors({ store, file, mirror }))?.count).toBe(10);
  });
});
