import type { BlobStore } from '@ffapi/blob';
import { scanAll, type Collection } from '@ffapi/read-model';
import { listedIn } from './listed-blobs.runner.ts';
import { namedBy } from './used-blobs.ts';
import type { BlobHolder } from './blob-holders.projection.ts';

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
  const named = await allNamed(options);
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
  const missing: string[] = [];
  for (const sha256 of signal.aborted ? [] : unseen) if (!(await blobs.has({ sha256 }))) missing.push(sha256);
  return { removed, removedBytes, missing };
};

const allNamed = async ({ blobs, holders, logsSince }: RemovalOptions): Promise<ReadonlySet<string>> => {
  const named = new Set<string>();
  for await (const { document } of scanAll(holders)) {
    for (const blob of namedBy(document, logsSince)) {
      const isKnown = named.has(blob.sha256);
      named.add(blob.sha256);
      if (!isKnown && blob.isManifest) for (const sha256 of await listedIn(blobs, blob)) named.add(sha256);
    }
  }
  return named;
};
