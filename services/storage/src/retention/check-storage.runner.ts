import type { BlobStore } from '@ffapi/blob';
import type { Document, EventStore } from '@ffapi/es';
import { documentsOf, rebuild, scanAll, type Collection, type DocumentWrite, type ReadModel } from '@ffapi/read-model';
import { blobHolders, type BlobHolder } from './blob-holders.projection.ts';
import { listedIn } from './listed-blobs.runner.ts';
import { namedBy } from './used-blobs.ts';

/** One thing that names a blob. */
type Naming = {
  readonly sha256: string;
  readonly holder: string;
  /** Whether it is the file itself, and no picture or record that is kept beside it. */
  readonly isFile: boolean;
};

/** Named, and not stored. */
type MissingBlob = {
  readonly sha256: string;
  /** What names it. */
  readonly holders: readonly string[];
  /** Files that have lost their bytes with it. */
  readonly files: readonly string[];
};

/** Stored, and named by nothing. */
type UnnamedBlob = { readonly sha256: string; readonly sizeBytes: number };

/** All that was found, by digest. */
export interface Found {
  readonly missing: Collection<MissingBlob>;
  readonly unnamed: Collection<UnnamedBlob>;
}

export interface StorageFindings {
  readonly blobs: number;
  readonly bytes: number;
  readonly named: number;
  /** The first of them. */
  readonly missing: readonly MissingBlob[];
  readonly missingCount: number;
  /** The first of them. */
  readonly unnamed: readonly UnnamedBlob[];
  readonly unnamedCount: number;
  readonly unnamedBytes: number;
}

export interface CheckOptions {
  readonly store: EventStore;
  readonly blobs: BlobStore;
  /** Empty, and thrown away afterwards: what does not fit into memory lies here. */
  readonly scratch: ReadModel;
  /** Logs of what ended before are not kept. */
  readonly logsSince: string;
  /** What was put since may be named in a moment, and is not judged. */
  readonly putBefore: Date;
}

const batch = 1_000;
const shownMax = 20;

async function* namingsOf(blobs: BlobStore, id: string, holder: BlobHolder, logsSince: string): AsyncGenerator<Naming> {
  const main = holder.kind === 'asset' ? holder.kept[0]?.sha256 : undefined;
  for (const { sha256, isManifest } of namedBy(holder, logsSince)) {
    const isFile = sha256 === main;
    yield { sha256, holder: id, isFile };
    if (!isManifest) continue;
    for (const listed of await listedIn(blobs, { sha256 })) yield { sha256: listed, holder: id, isFile };
  }
}

/** Writes documents a batch at a time, each at a place of its own. */
const writerOf = <D extends Document>(collection: Collection<D>) => {
  let position = 0;
  const waiting: DocumentWrite<D>[] = [];
  const flush = async (): Promise<void> => collection.write(waiting.splice(0));
  return {
    put: async (id: string, document: D): Promise<void> => {
      waiting.push({ id, position: ++position, document });
      if (waiting.length >= batch) await flush();
    },
    flush,
  };
};

/** Writes down what is named, to be read again in the order of digests. */
const writeNamings = async (
  { blobs, logsSince }: CheckOptions,
  holders: Collection<BlobHolder>,
  namings: Collection<Naming>,
): Promise<void> => {
  const writer = writerOf(namings);
  for await (const { id, document } of scanAll(holders))
    for await (const naming of namingsOf(blobs, id, document, logsSince))
      await writer.put(`${naming.sha256}/${id}`, naming);
  await writer.flush();
};

/** Digests that are named, in their order, each with everything that names it. */
async function* inOrder(namings: Collection<Naming>): AsyncGenerator<readonly Naming[]> {
  let group: Naming[] = [];
  for await (const { document } of scanAll(namings)) {
    if (group.length > 0 && group[0]?.sha256 !== document.sha256) {
      yield group;
      group = [];
    }
    group.push(document);
  }
  if (group.length > 0) yield group;
}

/**
 * Compares what events name with what is stored, in both directions, with as much memory for a million as for a thousand.
 * It reads the events themselves, and so needs no read model that is up to date.
 */
export const checkStorage = async (options: CheckOptions): Promise<{ findings: StorageFindings; found: Found }> => {
  const { store, blobs, scratch, putBefore } = options;
  const collectionOf = <D extends Document>(name: string): Collection<D> =>
    scratch.collection<D>({ name, indexes: [] });
  await rebuild({ store, readModel: scratch, projection: blobHolders });
  const namings = collectionOf<Naming>('namings');
  await writeNamings(options, documentsOf(scratch, blobHolders), namings);

  const found = { missing: collectionOf<MissingBlob>('missing'), unnamed: collectionOf<UnnamedBlob>('unnamed') };
  const [missing, unnamed] = [writerOf(found.missing), writerOf(found.unnamed)];
  const counts = { blobs: 0, bytes: 0, named: 0, missingCount: 0, unnamedCount: 0, unnamedBytes: 0 };
  const miss = async (group: readonly Naming[]): Promise<void> => {
    const [{ sha256 } = { sha256: '' }] = group;
    // A blob may have been put behind the place that the list had reached.
    if (await blobs.has({ sha256 })) return;
    const files = group.filter(({ isFile }) => isFile).map(({ holder }) => holder);
    counts.missingCount++;
    await missing.put(sha256, { sha256, holders: group.map(({ holder }) => holder), files });
  };
  const names = inOrder(namings);
  const nextName = async (): Promise<readonly Naming[] | null> => {
    const { value, done } = await names.next();
    if (!done) counts.named++;
    return done ? null : value;
  };
  let name = await nextName();
  for await (const { sha256, sizeBytes, modifiedAt } of blobs.list()) {
    counts.blobs++;
    counts.bytes += sizeBytes;
    while (name && name[0] && name[0].sha256 < sha256) {
      await miss(name);
      name = await nextName();
    }
    if (name?.[0]?.sha256 === sha256) name = await nextName();
    else if (modifiedAt < putBefore) {
      counts.unnamedCount++;
      counts.unnamedBytes += sizeBytes;
      await unnamed.put(sha256, { sha256, sizeBytes });
    }
  }
  for (; name; name = await nextName()) await miss(name);
  await missing.flush();
  await unnamed.flush();
  const firstOf = async <D extends Document>(all: Collection<D>): Promise<D[]> =>
    (await all.scan(null, shownMax)).map(({ document }) => document);
  const shown = { missing: await firstOf(found.missing), unnamed: await firstOf(found.unnamed) };
  return { findings: { ...counts, ...shown }, found };
};
