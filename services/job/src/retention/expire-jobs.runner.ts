import { setTimeout as delay } from 'node:timers/promises';
import { jobStream, type JobEvent } from '@ffapi/contracts';
import type { Collection, ReadModel } from '@ffapi/read-model';
import { commander, openProjection, type ServiceContext } from '@ffapi/service-kit';
import { jobDecider, endedJobs, type EndedJob, secretsOf } from '../jobs/index.ts';

const dayMs = 24 * 3600 * 1000;
const pageSize = 200;
const gatherMs = 1_000;

/** Lets jobs go that ended longer ago than jobs are kept; resolves when the signal aborts. */
export const expireJobs = async (context: ServiceContext, readModel: ReadModel, signal: AbortSignal): Promise<void> => {
  const { config, log, now } = context;
  const keptMs = config.JOB_RETENTION_DAYS * dayMs;
  if (keptMs === 0) return;
  const ended = openProjection(context, readModel, endedJobs, { signal, gatherMs, isAlone: true });
  while (!signal.aborted) {
    try {
      const before = new Date(Date.parse(now()) - keptMs).toISOString();
      const position = await expireBefore(context, ended.documents, before);
      // The page shows what is left only when the projection has seen what was let go.
      if (position > 0 && (await ended.waitFor(position, config.CLEANUP_INTERVAL_SECONDS * 1000))) continue;
    } catch (err) {
      log.warn({ err }, 'jobs are not let go');
    }
    await delay(config.CLEANUP_INTERVAL_SECONDS * 1000, undefined, { signal }).catch(() => {});
  }
  await ended.stop();
};

/** Gives the position of the last commit, 0 when nothing was due. */
const expireBefore = async (context: ServiceContext, ended: Collection<EndedJob>, before: string): Promise<number> => {
  const { documents } = await ended.find({ where: { endedAt: { lt: before } }, sort: 'endedAt', limit: pageSize });
  let position = 0;
  for (const { id } of documents) position = Math.max(position, await expire(context, id));
  return position;
};

const expire = async (context: ServiceContext, jobId: string): Promise<number> => {
  const { store, secrets } = context;
  const { commits } = await store.load<JobEvent>(jobStream(jobId));
  for (const { type, data } of commits.flatMap(({ events }) => events))
    if (type === 'JobAccepted') for (const ref of secretsOf(data)) await secrets.delete(ref);
  const cause = { commitId: `expire_${jobId}`, causationId: 'retention' };
  const { commit } = await commander(context, jobDecider, jobStream)(jobId, { type: 'ExpireJob', jobId }, cause);
  return commit?.position ?? 0;
};
