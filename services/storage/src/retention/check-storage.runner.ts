import { BlobNotFound, readBlob, type BlobStore } from '@ffapi/blob';
import type { EventStore } from '@ffapi/es';
import { rebuild, scanAll, type Collection, type ReadModel } from '@ffapi/read-model';
import { blobHolders, type BlobHolder } from './blob-holders.projection.ts';
import { namedBy } from './used-blobs.ts';

/** One thing that names a blob. */
type Naming = {
  readonly sha256: string;
  readonly holder: string;
  readonly kind: BlobHolder['kind'];
  /** Whether it is the file itself, and no picture or record that is kept beside it. */
  readonly isFile: boolean;
};

export interface MissingBlob {
  readonly sha256: string;
  /** What names it. */
  readonly holders: readonly string[];
  /** Files that have lost their bytes with it. */
  readonly files: readonly string[];
}

export interface StorageFindings {
  readonly blobs: number;
  readonly bytes: number;
  readonly named: number;
  /** Called for in vain; the first of them. */
  readonly missing: readonly MissingBlob[];
  readonly missingCount: number;
  /** Stored, and named by nothing; the first of them. */
  readonly unnamed: readonly { readonly sha256: string; readonly sizeBytes: number }[];
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
  readonly onMissing?: ((blob: MissingBlob) => Promise<void>) | undefined;
  readonly onUnnamed?: ((sha256: string) => Promise<void>) | undefined;
}

const batch = 1_000;
const shownMax = 20;

async function* namingsOf(blobs: BlobStore, id: string, holder: BlobHolder, logsSince: string): AsyncGenerator<Naming> {
  const { kind } = holder;
  const main = kind === 'asset' ? holder.kept[0]?.sha256 : undefined;
  for (const { sha256, isManifest } of namedBy(holder, logsSince)) {
    const isFile = sha256 === main;
    yield { sha256, holder: id, kind, isFile };
    if (!isManifest) continue;
    try {
      const entries = JSON.parse((await readBlob(blobs, { sha256 })).toString('utf8')) as { sha256: string }[];
      for (const entry of entries) yield { sha256: entry.sha256, holder: id, kind, isFile };
    } catch (error) {
      // It is told as missing itself.
      if (!(error instanceof BlobNotFound)) throw error;
    }
  }
}

/** Writes down what is named, to be read again in the order of digests. */
const writeNamings = async (
  { blobs, logsSince }: CheckOptions,
  holders: Collection<BlobHolder>,
  namings: Collection<Naming>,
): Promise<void> => {
  let position = 0;
  let waiting: { id: string; position: number; document: Naming }[] = [];
  const flush = async (): Promise<void> => {
    await namings.write(waiting);
    waiting = [];
  };
  for await (const { id, document } of scanAll(holders)) {
    for await (const naming of namingsOf(blobs, id, document, logsSince)) {
      waiting.push({ id: `${naming.sha256}/${id}`, position: ++position, document: naming });
      if (waiting.length >= batch) await flush();
    }
  }
  await flush();
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
export const checkStorage = async (options: CheckOptions): Promise<StorageFindings> => {
  const { store, blobs, scratch, putBefore, onMissing, onUnnamed } = options;
  await rebuild({ store, readModel: scratch, projection: blobHolders });
  const holders = scratch.collection<BlobHolder>({ name: blobHolders.name, indexes: blobHolders.indexes });
  const namings = scratch.collection<Naming>({ name: 'namings', indexes: [] });
  await writeNamings(options, holders, namings);

  const found = { blobs: 0, bytes: 0, named: 0, missingCount: 0, unnamedCount: 0, unnamedBytes: 0 };
  const missing: MissingBlob[] = [];
  const unnamed: { sha256: string; sizeBytes: number }[] = [];
  const miss = async (group: readonly Naming[]): Promise<void> => {
    const [{ sha256 } = { sha256: '' }] = group;
    // A blob may have been put behind the place that the list had reached.
    if (await blobs.has({ sha256 })) return;
    const files = group.filter(({ isFile }) => isFile).map(({ holder }) => holder);
    const blob = { sha256, holders: group.map(({ holder }) => holder), files };
    found.missingCount++;
    if (missing.length < shownMax) missing.push(blob);
    await onMissing?.(blob);
  };
  const names = inOrder(namings);
  const nextName = async (): Promise<readonly Naming[] | null> => {
    const { value, done } = await names.next();
    if (!done) found.named++;
    return done ? null : value;
  };
  let name = await nextName();
  for await (const { sha256, sizeBytes, modifiedAt } of blobs.list()) {
    found.blobs++;
    found.bytes += sizeBytes;
    while (name && name[0] && name[0].sha256 < sha256) {
      await miss(name);
      name = await nextName();
    }
    if (name?.[0]?.sha256 === sha256) name = await nextName();
    else if (modifiedAt < putBefore) {
      found.unnamedCount++;
      found.unnamedBytes += sizeBytes;
      if (unnamed.length < shownMax) unnamed.push({ sha256, sizeBytes });
      await onUnnamed?.(sha256);
    }
  }
  for (; name; name = await nextName()) await miss(name);
  return { ...found, missing, unnamed };
};
