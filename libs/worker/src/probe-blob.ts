import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from '@ffapi/blob';
import type { BlobRef, MediaSummary } from '@ffapi/contracts';
import { summaryOfFacts, type MediaExec } from '@ffapi/media-exec';
import type { FactsCache } from './facts-cache.ts';
import { classifyMediaFailure, factsOf, mediaOf } from './run-operation.ts';

export interface ProbePorts {
  readonly exec: MediaExec;
  readonly facts: FactsCache;
  readonly blobs: BlobStore;
  /** Where what lies elsewhere is fetched to. */
  readonly dataDir: string;
}

export interface Found {
  readonly media: MediaSummary | null;
  /** The code of the error that an operation would end with; `null`: it is media. */
  readonly reason: string | null;
}

const silenceMsMax = 120_000;

/** Calls back with a path of the bytes on this machine, and leaves nothing of them. */
export const withLocalFile = async <T>(
  { blobs, dataDir }: ProbePorts,
  blob: BlobRef,
  read: (path: string) => Promise<T>,
) => {
  const local = await blobs.localPath(blob);
  if (local !== null) return read(local);
  const dir = await mkdtemp(join(dataDir, 'probe-'));
  try {
    const path = join(dir, 'source');
    await pipeline(await blobs.get(blob, { signal: AbortSignal.timeout(silenceMsMax) }), createWriteStream(path));
    return await read(path);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

/** Looks at stored bytes in the sandbox; throws what is no matter of the file. */
export const probeBlob = async (ports: ProbePorts, blob: BlobRef): Promise<Found> => {
  const { ffmpegVersion } = await ports.exec.capabilities();
  const known = { ...ports, ffprobeVersion: String(ffmpegVersion) };
  try {
    const facts = await withLocalFile(ports, blob, (path) =>
      factsOf(known, path, blob.sha256, AbortSignal.timeout(silenceMsMax)),
    );
    return { media: mediaOf(summaryOfFacts(facts)), reason: null };
  } catch (error) {
    const failure = classifyMediaFailure(error);
    if (failure?.fault !== 'input' || failure.retryable) throw error;
    return { media: null, reason: failure.code };
  }
};
