import { z } from 'zod';

const limit = (max: number, describe: string) => z.int().min(0).max(max).nullable().describe(describe);

/** How much of the platform a key may use; `null`: as much as there is. */
export const quota = z.strictObject({
  max_concurrent_jobs: limit(100_000, 'Jobs that run at a time; more wait for their turn.'),
  max_jobs_per_hour: limit(10_000_000, 'Submits an hour, by the clock in UTC.'),
  max_jobs_per_day: limit(100_000_000, 'Submits a day, in UTC.'),
  max_storage_mb: limit(1_000_000_000, 'MiB of stored files.'),
  max_job_duration_sec: limit(604_800, 'Seconds a job may work, and seconds of media it may take in.'),
  max_resolution: limit(32_768, 'Lines of the pictures it may make: 1080 allows 1920x1080 and 1080x1920.'),
  max_fps: limit(1_000, 'Frames a second of what it may make.'),
});
export type Quota = z.infer<typeof quota>;

/** What a key has when nothing was set for it. */
export const defaultQuota: Quota = {
  max_concurrent_jobs: 5,
  max_jobs_per_hour: 100,
  max_jobs_per_day: null,
  max_storage_mb: 10_240,
  max_job_duration_sec: 3_600,
  max_resolution: 1_080,
  max_fps: null,
};

/** What an admin's key has when nothing was set for it. */
export const noQuota: Quota = {
  max_concurrent_jobs: null,
  max_jobs_per_hour: null,
  max_jobs_per_day: null,
  max_storage_mb: null,
  max_job_duration_sec: null,
  max_resolution: null,
  max_fps: null,
};
