import {
  jobStream,
  maySee,
  type Actor,
  type Ask,
  type JobAcceptedData,
  type JobEvent,
  type QueuePlace,
  type WorkerHeartbeat,
} from '@ffapi/contracts';
import { fold, refuse } from '@ffapi/es';
import { commander, type RequestHandlers, type ServiceContext } from '@ffapi/service-kit';
import { jobDecider, type JobState } from './job.decider.ts';
import { acceptJob, type Accepted } from './accept-job.consumer.ts';
import { withOwnSecrets } from './job-secrets.client.ts';

export interface WorkersAnswer {
  readonly workers: WorkerHeartbeat[];
  readonly pending: Record<string, number>;
  readonly isKnown: boolean;
}

/** What only the leader knows. */
export interface QueueView {
  queuePlace(jobId: string): Promise<QueuePlace>;
  workers(): Promise<WorkersAnswer>;
}

/** What the job service answers. Every process answers commands; only the leader knows the queue, and is asked by a subject of its own. */
export const jobRequests = (context: ServiceContext, queue: QueueView, isFull: () => boolean): RequestHandlers => {
  const decide = commander(context, jobDecider, jobStream);

  const ownJob = async (jobId: string, actor: Actor): Promise<JobState & { accepted: JobAcceptedData }> => {
    const { commits } = await context.store.load<JobEvent>(jobStream(jobId));
    const state = fold(jobDecider, commits);
    const { accepted } = state;
    // Another tenant's job is not there at all.
    if (!accepted || state.isExpired || !maySee(actor, accepted.apiKeyId)) return refuse('job_not_found');
    return { ...state, accepted };
  };

  const again = async (
    accepted: JobAcceptedData,
    newJobId: string,
    { requestId, actor: { origin } }: Pick<Ask<'job.retry'>, 'requestId' | 'actor'>,
    retryOf: string | null,
  ): Promise<Accepted> => {
    const { tasks, ...job } = await withOwnSecrets(context.secrets, accepted);
    const work = tasks.find(({ kind }) => kind === 'operation' || kind === 'plan');
    return acceptJob(context, isFull, {
      job: { ...job, jobId: newJobId, retryOf, acceptedAt: context.now(), pool: work?.pool ?? '' },
      requestId,
      traceparent: null,
      origin,
    });
  };

  /** The files of a job that is to run again must still be there: nothing else keeps them. */
  const findInputs = async ({ inputs }: JobAcceptedData, actor: Actor): Promise<void> => {
    for (const source of Object.values(inputs))
      if (source.kind === 'file') await context.request('asset.resolve', { fileId: source.fileId, actor });
  };

  return {
    'job.accept': (ask) => acceptJob(context, isFull, ask),
    'job.cancel': async ({ jobId, actor, reason }) => {
      await ownJob(jobId, actor);
      const command = { type: 'CancelJob', jobId, by: actor.keyId, reason } as const;
      const { commit } = await decide(jobId, command, { causationId: actor.keyId, origin: actor.origin });
      return { position: commit?.position ?? 0 };
    },
    'job.retry': async ({ jobId, newJobId, ...asked }) => {
      const { actor, requestId } = asked;
      const { accepted, retriedAs } = await ownJob(jobId, actor);
      // A process that died between its two writes left a promise: it is kept before anybody is told of it.
      if (retriedAs !== null) await again(accepted, retriedAs, asked, jobId);
      else await findInputs(accepted, actor);
      const command = { type: 'RetryJob', jobId, newJobId, by: actor.keyId } as const;
      await decide(jobId, command, { causationId: requestId, origin: actor.origin });
      return again(accepted, newJobId, asked, jobId);
    },
    'job.duplicate': async ({ jobId, newJobId, ...asked }) => {
      const { accepted } = await ownJob(jobId, asked.actor);
      await findInputs(accepted, asked.actor);
      return again(accepted, newJobId, asked, null);
    },
    'job.queue-place': async ({ jobId }) => queue.queuePlace(jobId),
    'job.workers': async () => queue.workers(),
  };
};
