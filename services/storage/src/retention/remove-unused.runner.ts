import { BlobNotFound, readBlob, type BlobStore } from '@ffapi/blob';
import { scanAll, type Collection } from '@ffapi/read-model';
import { namedBy } from './used-blobs.ts';
import type { BlobHolder, HeldBlob } from './blob-holders.projection.ts';

export interface Removal {
  readonly removed: number;
  readonly removedBytes: number;
  /** Digests that something names and that are not stored. */
  readonly missing: readonly string[];
}

export interface RemovalOptions {
  readonly blobs: BlobStore;
  readonly holders: Pick<Collection<BlobHolder>, 'scan'>;
  /** Logs of what ended before are not kept. */
  readonly logsSince: string;
  /** Only blobs that were put before are judged: what was put since may be named in a moment. */
  readonly putBefore: Date;
  readonly signal: AbortSignal;
}

/** Deletes the blobs that nothing names, and tells which are named and missing. */
export const removeUnused = async (options: RemovalOptions): Promise<Removal> => {
  const { blobs, putBefore, signal } = options;
  const { named, missing } = await allNamed(options);
  const unseen = new Set(named);
  let removed = 0;
  let removedBytes = 0;
  for await (const { sha256, sizeBytes, modifiedAt } of blobs.list()) {
    if (signal.aborted) break;
    unseen.delete(sha256);
    if (named.has(sha256) || modifiedAt >= putBefore || !(await blobs.delete({ sha256 }, { putBefore }))) continue;
    removed++;
    removedBytes += sizeBytes;
  }
  // A blob may have been put behind the place that the list had reached.
  for (const sha256 of signal.aborted ? [] : unseen) if (!(await blobs.has({ sha256 }))) missing.add(sha256);
  return { removed, removedBytes, missing: [...missing] };
};

const allNamed = async ({
  blobs,
  holders,
  logsSince,
}: RemovalOptions): Promise<{ named: Set<string>; missing: Set<string> }> => {
  const named = new Set<string>();
  const missing = new Set<string>();
  for await (const { document } of scanAll(holders)) {
    for (const blob of namedBy(document, logsSince)) {
      const isKnown = named.has(blob.sha256);
      named.add(blob.sha256);
      if (!isKnown && blob.isManifest) for (const sha256 of await listedIn(blobs, blob, missing)) named.add(sha256);
    }
  }
  return { named, missing };
};

/** The files of a folder; one whose manifest is lost has none left to keep. */
const listedIn = async (blobs: BlobStore, { sha256 }: HeldBlob, missing: Set<string>): Promise<string[]> => {
  try {
    const entries = JSON.parse((await readBlob(blobs, { sha256 })).toString('utf8')) as { sha256: string }[];
    return entries.map((entry) => entry.sha256);
  } catch (error) {
    if (!(error instanceof BlobNotFound)) throw error;
    missing.add(sha256);
    return [];
  }
};
