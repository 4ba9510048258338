import type { ProjectedEvent } from '@ffapi/es';
import type { Logger } from '@ffapi/telemetry';
import type { OpenJobEvent } from '../jobs/index.ts';

const sinceMs = (acceptedAt: string, occurredAt: string): number => Date.parse(occurredAt) - Date.parse(acceptedAt);

/** A line for each job that ends. */
export const logJobEnd = (log: Logger, { event, occurredAt }: ProjectedEvent<OpenJobEvent>): void => {
  switch (event.type) {
    case 'JobCompleted': {
      const { jobId, operation: type, acceptedAt, outputs } = event.data;
      log.info({ jobId, type, durationMs: sinceMs(acceptedAt, occurredAt), outputs: outputs.length }, 'job completed');
      return;
    }
    case 'JobFailed': {
      const { jobId, operation: type, error } = event.data;
      const { code, fault, message } = error;
      const line = { jobId, type, code, fault, reason: message };
      if (fault === 'system') log.warn(line, 'job failed');
      else log.info(line, 'job failed');
      return;
    }
    case 'JobCancelled':
      log.info({ jobId: event.data.jobId }, 'job cancelled');
      return;
    default:
  }
};
