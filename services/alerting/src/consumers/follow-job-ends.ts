import { setTimeout as delay } from 'node:timers/promises';
import type { JobEvent } from '@ffapi/contracts';
import { projectedEvents, type RecordedCommit } from '@ffapi/es';
import type { Running, ServiceContext } from '@ffapi/service-kit';
import { jobEndOf, type JobEnd } from '../domain/failure-rate.ts';
import { positionBefore } from './position-before.ts';

const streams = ['job.>'];
const storeRetryMs = 500;

export interface JobEnds extends Running {
  /** Those of the last while, as far back as was asked for and no further. */
  since(sinceMs: number): readonly JobEnd[];
}

/** Jobs as they end, with those of the time before: a process that takes over knows what the one before it knew. */
export const followJobEnds = async (
  { store, log }: Pick<ServiceContext, 'store' | 'log'>,
  sinceMs: number,
): Promise<JobEnds> => {
  let ends: JobEnd[] = [];
  let after = await positionBefore(store, sinceMs);
  const take = (commits: readonly RecordedCommit<JobEvent>[]): void => {
    for (const event of commits.flatMap(projectedEvents<JobEvent>)) {
      const end = jobEndOf(event);
      if (end) ends.push(end);
    }
    after = commits.at(-1)?.position ?? after;
  };
  for await (const commits of store.read<JobEvent>({ after, streams })) take(commits);
  const stopping = new AbortController();
  const { signal } = stopping;
  const follow = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        for await (const commits of store.read<JobEvent>({ after, streams, follow: true, signal })) take(commits);
      } catch (err) {
        if (signal.aborted) return;
        log.warn({ err }, 'following jobs waits for the store');
        await delay(storeRetryMs, undefined, { signal }).catch(() => {});
      }
    }
  };
  const following = follow();
  return {
    since: (fromMs) => (ends = ends.filter(({ atMs }) => atMs > fromMs)),
    stop: async () => {
      stopping.abort();
      await following;
    },
  };
};
