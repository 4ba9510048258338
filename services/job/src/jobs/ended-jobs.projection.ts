import { jobAggregate, type JobEvent } from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';

/** When a job ended, and so when it will have been kept long enough. */
export type EndedJob = {
  readonly jobId: string;
  readonly endedAt: string;
};

const evolve = (job: EndedJob | null, { event, occurredAt }: ProjectedEvent<JobEvent>): EndedJob | null => {
  switch (event.type) {
    case 'JobCompleted':
    case 'JobFailed':
    case 'JobCancelled':
      return { jobId: event.data.jobId, endedAt: occurredAt };
    case 'JobExpired':
      return null;
    default:
      return job;
  }
};

export const endedJobs: Projection<JobEvent, EndedJob> = {
  name: 'ended-jobs',
  version: 1,
  streams: [jobAggregate.pattern],
  indexes: [{ where: [], sort: 'endedAt' }],
  keys: ({ event }) => [event.data.jobId],
  evolve,
};
