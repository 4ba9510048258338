import { isMediaInput, jobStream, type AcceptRequest } from '@ffapi/contracts';
import { EventStoreFull } from '@ffapi/es';
import { failPoint } from '@ffapi/fail-points';
import type { ServiceContext } from '@ffapi/service-kit';
import { jobDecider } from './job.decider.ts';
import { taskGraph } from './task-graph.ts';

export interface Accepted {
  readonly jobId: string;
  readonly position: number;
}

/**
 * Writes a job down; it is durable when this returns. One synchronous write, no read: the stream of a new id must be
 * empty, and an id that is repeated finds the commit that was stored first.
 */
export const acceptJob = async (
  context: ServiceContext,
  isFull: () => boolean,
  { job: { pool, ...job }, requestId, traceparent, origin }: AcceptRequest,
): Promise<Accepted> => {
  if (isFull()) throw new EventStoreFull('the event store is nearly full');
  const stream = jobStream(job.jobId);
  const isModerated =
    context.config.ENABLE_CONTENT_MODERATION &&
    Object.keys(job.inputs).some((name) => isMediaInput(job.operation, name));
  const tasks = taskGraph({ inputs: job.inputs, pool, dryRun: job.dryRun, isModerated });
  const events = jobDecider.decide({ type: 'AcceptJob', job: { ...job, tasks } }, jobDecider.initialState);
  failPoint('job.before-accept-append');
  const commit = await context.store.append(stream, null, {
    id: `accept_${job.jobId}`,
    // When the gateway took it: so it can show the job as it is stored without asking again.
    occurredAt: job.acceptedAt,
    correlationId: job.jobId,
    causationId: requestId,
    traceparent: traceparent ?? undefined,
    origin,
    events,
  });
  failPoint('job.after-accept-append');
  return { jobId: job.jobId, position: commit.position };
};
