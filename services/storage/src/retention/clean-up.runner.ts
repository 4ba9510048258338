import { setTimeout as delay } from 'node:timers/promises';
import { linkOf } from '@ffapi/bus';
import { assetStream } from '@ffapi/contracts';
import type { Collection, ReadModel } from '@ffapi/read-model';
import { commander, openProjection, type Running, type ServiceContext } from '@ffapi/service-kit';
import { assetDecider } from '../assets/index.ts';
import { blobHolders, type BlobHolder } from './blob-holders.projection.ts';
import { removeUnused } from './remove-unused.runner.ts';

const dayMs = 24 * 3600 * 1000;
const pageSize = 200;
const gatherMs = 1_000;
const firstMs = 60_000;
/** After the broker was away, the events of work that was done meanwhile are still to come. */
const settleMs = 60_000;

/** Deletes files whose time is over, then the bytes that nothing names any more; soon after the start and from time to time. */
export const startCleanUp = (context: ServiceContext, readModel: ReadModel): Running => {
  const { log, config } = context;
  const stopping = new AbortController();
  const { signal } = stopping;
  const holders = openProjection(context, readModel, blobHolders, { gatherMs });
  const isSettled = watchSettled(context);
  const running = (async () => {
    // Another process may be the one that projects.
    if (readModel.exclusive) await holders.ready.catch(() => {});
    const pause = (ms: number): Promise<void> => delay(ms, undefined, { signal }).catch(() => {});
    const everyMs = config.CLEANUP_INTERVAL_SECONDS * 1000;
    // A start has better things to do than to look through everything that is stored.
    await pause(Math.min(everyMs, firstMs));
    while (!signal.aborted) {
      await cleanUp(context, holders.documents, isSettled(), signal).catch((err: unknown) =>
        log.warn({ err }, 'clean-up'),
      );
      await pause(everyMs);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await running;
      await holders.stop();
    },
  };
};

const cleanUp = async (
  context: ServiceContext,
  holders: Collection<BlobHolder>,
  isSettled: boolean,
  signal: AbortSignal,
): Promise<void> => {
  const { blobs, config, log, metrics, now } = context;
  const nowMs = Date.parse(now());
  const putBefore = new Date(nowMs - config.CLEANUP_GRACE_SECONDS * 1000);
  await deleteExpired(context, holders, now());
  await blobs.sweepIncoming(putBefore);
  if (!isSettled || !(await isUpToDate(context, holders, putBefore))) return;
  const logsSince = new Date(nowMs - config.LOG_RETENTION_DAYS * dayMs).toISOString();
  const { removed, removedBytes, missing } = await removeUnused({ blobs, holders, logsSince, putBefore, signal });
  metrics.blobsRemoved.inc(removed);
  metrics.blobsMissing.set(missing.length);
  if (removed > 0) log.info({ removed, removedBytes }, 'unused bytes were deleted');
  if (missing.length > 0)
    log.error({ missing: missing.slice(0, 20), count: missing.length }, 'stored bytes are missing');
};

const watchSettled = ({ connection }: ServiceContext): (() => boolean) => {
  let backAtMs = Number.NEGATIVE_INFINITY;
  linkOf(connection).onUp(() => (backAtMs = performance.now()));
  return () => performance.now() - backAtMs > settleMs;
};

/** `false` while the holders lag so far behind that a blob as old as those to be judged may be named in what they miss. */
const isUpToDate = async (
  { store, log }: ServiceContext,
  holders: Collection<BlobHolder>,
  putBefore: Date,
): Promise<boolean> => {
  const checkpoint = await holders.checkpoint();
  if (checkpoint?.incarnation !== (await store.incarnation())) return false;
  for await (const commits of store.read({ after: checkpoint.position, streams: blobHolders.streams })) {
    const isOld = commits.some(({ occurredAt }) => new Date(occurredAt) < putBefore);
    if (isOld) log.warn({ position: checkpoint.position }, 'blob holders lag behind: nothing is deleted');
    return !isOld;
  }
  return true;
};

const deleteExpired = async (
  context: ServiceContext,
  holders: Collection<BlobHolder>,
  before: string,
): Promise<void> => {
  const { log } = context;
  const decide = commander(context, assetDecider, assetStream);
  let after: string | undefined;
  let count = 0;
  do {
    const due = await holders.find({ where: { expiresAt: { lt: before } }, sort: 'expiresAt', limit: pageSize, after });
    for (const { id: fileId } of due.documents) {
      await decide(fileId, { type: 'DeleteAsset', by: 'retention', reason: 'expired' }, { causationId: 'retention' });
      count++;
    }
    after = due.next ?? undefined;
  } while (after !== undefined);
  if (count > 0) log.info({ files: count }, 'files were deleted: their time is over');
};
