import type { Failure, JobEvent } from '@ffapi/contracts';
import type { ProjectedEvent } from '@ffapi/es';
import { platform, type Reading } from './reading.ts';

/** A job that came to an end: `null` when it was completed, else whose fault it was that it failed. */
export interface JobEnd {
  readonly atMs: number;
  readonly fault: Failure['fault'] | null;
}

/** What moderation or a quota refuses has ended as it should. */
const isAsItShould = (code: Failure['code']): boolean => code === 'content_blocked' || code.startsWith('quota_');

/** The end of a job, where an event is one that counts. Whoever cancels a job says nothing about the platform. */
export const jobEndOf = ({ event, occurredAt }: ProjectedEvent<JobEvent>): JobEnd | null => {
  const atMs = Date.parse(occurredAt);
  if (event.type === 'JobCompleted') return { atMs, fault: null };
  if (event.type !== 'JobFailed' || isAsItShould(event.data.error.code)) return null;
  return { atMs, fault: event.data.error.fault };
};

/** The share of failed jobs among those that have ended within a time; whose fault they were is told beside it. */
export const failureRate = (ends: readonly JobEnd[], sinceMs: number): Reading => {
  const jobs = ends.filter(({ atMs }) => atMs > sinceMs);
  const failed = (fault: JobEnd['fault']): number => jobs.filter((end) => end.fault === fault).length;
  const completed = failed(null);
  const details = {
    jobs: jobs.length,
    failed: jobs.length - completed,
    failed_by_system: failed('system'),
    failed_by_input: failed('input'),
    failed_by_request: failed('request'),
  };
  const value = jobs.length === 0 ? 0 : details.failed / jobs.length;
  return { subject: platform, value, samples: jobs.length, details };
};
