import { jobAggregate, type JobEvent } from '@ffapi/contracts';
import { projectedEvents, type RecordedCommit } from '@ffapi/es';
import { followStreams, type Running, type ServiceContext } from '@ffapi/service-kit';
import { jobEndOf, type JobEnd } from './failure-rate.ts';
import { positionBefore } from './position-before.ts';

export interface JobEnds extends Running {
  /** Those of the last while, as far back as was asked for and no further. */
  since(sinceMs: number): readonly JobEnd[];
}

/** Jobs as they end, with those of the time before: a process that takes over knows what the one before it knew. */
export const followJobEnds = async (
  { store, rawStore, log }: Pick<ServiceContext, 'store' | 'rawStore' | 'log'>,
  sinceMs: number,
): Promise<JobEnds> => {
  let ends: JobEnd[] = [];
  const take = (commits: readonly RecordedCommit<JobEvent>[]): void => {
    for (const event of commits.flatMap(projectedEvents<JobEvent>)) {
      const end = jobEndOf(event);
      if (end) ends.push(end);
    }
  };
  const after = await positionBefore(rawStore, sinceMs);
  const following = await followStreams<JobEvent>({ store, log }, { streams: [jobAggregate.pattern], after, take });
  return {
    since: (fromMs) => (ends = ends.filter(({ atMs }) => atMs > fromMs)),
    stop: () => following.stop(),
  };
};
