import { signals, tell, workSubject } from '@ffapi/bus';
import { jobStream, taskStream } from '@ffapi/contracts';
import { handleCommand, type CommandContext } from '@ffapi/es';
import type { ServiceContext } from '@ffapi/service-kit';
import { taskDecider } from '@ffapi/task';
import { jobDecider, reviewOf, type Advance, type OpenJob } from '../jobs/index.ts';
import { withdrawWork } from './work-stream.client.ts';

/** Does what an open job needs next: a command to one of its streams, a request, a signal. Repeating it changes nothing. */
export const executeAdvance = async (
  { store, connection, now, request }: ServiceContext,
  job: OpenJob,
  advance: Exclude<Advance, { type: 'release' }>,
): Promise<void> => {
  const { jobId } = job;
  const context = (commitId: string): CommandContext => ({
    commitId,
    occurredAt: now(),
    correlationId: jobId,
    causationId: 'policy',
    traceparent: job.traceparent ?? undefined,
  });
  switch (advance.type) {
    case 'decide': {
      const { command } = advance;
      await handleCommand(store, jobDecider, jobStream(jobId), command, context(`${command.type}_${jobId}`));
      return;
    }
    case 'reroute-task': {
      const { task, pool, reason } = advance;
      const { n, kind } = task;
      const command = { type: 'RerouteTask', jobId, n, kind, pool, reason } as const;
      const assumeNew = task.attempt === 0 && task.route === null;
      const commandContext = { ...context(`RerouteTask_${jobId}_${n}_${pool}`), assumeNew };
      await handleCommand(store, taskDecider, taskStream(jobId, n), command, commandContext);
      if (!assumeNew) await withdrawWork(connection, workSubject(task.pool, jobId, n));
      return;
    }
    case 'cancel-task': {
      const { n, kind } = advance.task;
      tell(connection, signals.control(jobId), { type: 'cancel' });
      const command = { type: 'CancelTask', jobId, n, kind, reason: 'job_ended' } as const;
      await handleCommand(store, taskDecider, taskStream(jobId, n), command, context(`CancelTask_${jobId}_${n}`));
      return;
    }
    case 'open-review':
      await request('review.open', reviewOf(job, advance.reason));
      return;
    case 'withdraw-review':
      await request('review.withdraw', { jobId });
  }
};
