import type { KeyRing } from '@ffapi/api-keys';
import type { TaskLimits } from '@ffapi/contracts';

const isStopped = (keys: KeyRing, apiKeyId: string): boolean => {
  const key = keys.get(apiKeyId);
  return key !== null && (key.suspended !== null || key.isRevoked);
};

/** Jobs that a key may have at work at a time: none while it is suspended or revoked. */
export const concurrencyOf = (keys: KeyRing, apiKeyId: string): number =>
  isStopped(keys, apiKeyId) ? 0 : (keys.quotaOf(apiKeyId).max_concurrent_jobs ?? Infinity);

/** Why a job of this key has no place. */
export const reasonToWait = (keys: KeyRing, apiKeyId: string): string =>
  isStopped(keys, apiKeyId) ? 'quota_suspended' : 'quota_concurrency';

/** What its workers hold a job of this key to; `null`: nothing. */
export const limitsOf = (keys: KeyRing, apiKeyId: string): TaskLimits | null => {
  const { max_job_duration_sec, max_resolution, max_fps } = keys.quotaOf(apiKeyId);
  if (max_job_duration_sec === null && max_resolution === null && max_fps === null) return null;
  return { durationSecondsMax: max_job_duration_sec, linesMax: max_resolution, framesPerSecondMax: max_fps };
};
