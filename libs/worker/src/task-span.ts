import type { TaskKind } from '@ffapi/contracts';
import { withSpan } from '@ffapi/telemetry';
import type { RunningAttempt } from './attempt.ts';

/** What a task is called in a trace. */
const spanNames: Record<TaskKind, string> = {
  ingest: 'download',
  sample: 'sample',
  moderate: 'moderate',
  operation: 'process',
  plan: 'plan',
  publish: 'upload',
};

/** Runs an attempt at a task as a part of the trace that its job was accepted in. */
export const inTaskSpan = <T>(service: string, { item, number }: RunningAttempt, run: () => Promise<T>): Promise<T> => {
  const attributes = {
    'ffapi.job_id': item.jobId,
    'ffapi.operation': item.operation,
    'ffapi.attempt': number,
  };
  return withSpan(spanNames[item.kind], { service, kind: 'consumer', parent: item.traceparent, attributes }, run);
};
