import { z } from 'zod';
import { webhookEventName } from '../events/webhook.ts';
import { jobResource, pageOf } from './resources.ts';

const time = z.iso.datetime();
const rate = z.number().nullable().describe('0 to 1, of those that completed or failed; null: none did.');

export const jobAnalytics = z
  .strictObject({
    bucket: z.enum(['hour', 'day']),
    from: time,
    to: time,
    buckets: z.array(
      z.strictObject({
        start: time,
        submitted: z.int(),
        completed: z.int(),
        failed: z.int(),
        cancelled: z.int(),
        stored_bytes: z.int(),
        success_rate: rate,
      }),
    ),
    by_type: z.array(
      z.strictObject({
        type: z.string(),
        completed: z.int(),
        failed: z.int(),
        success_rate: rate,
        average_duration_ms: z.int().nullable(),
      }),
    ),
    top_errors: z.array(z.strictObject({ code: z.string(), count: z.int() })),
  })
  .meta({ id: 'JobAnalytics', description: 'Counts, success rates and durations of a span.' });

export type JobAnalytics = z.infer<typeof jobAnalytics>;

export const historyEvent = z
  .strictObject({
    id: z.string().describe('Its position, which `at` of a job takes.'),
    type: z.string().describe('Name inside the platform, e.g. JobAccepted.'),
    event: webhookEventName
      .nullable()
      .describe('Name for everybody, as webhooks have it, e.g. job.completed; null: an inner matter.'),
    version: z.int(),
    stream: z.string(),
    stream_version: z.int(),
    occurred_at: time,
    correlation_id: z.string(),
    causation_id: z.string(),
    data: z.record(z.string(), z.unknown()).describe('Members in snake_case; those in camelCase are the same.'),
  })
  .meta({ id: 'HistoryEvent', description: 'Something that happened to a job, as it was written down.' });

export type HistoryEvent = z.infer<typeof historyEvent>;

export const jobHistory = pageOf(historyEvent);

export const bulkCancelled = z
  .strictObject({
    results: z.array(
      z.strictObject({
        job_id: z.string(),
        cancelled: z.boolean(),
        code: z.string().nullable().describe('Why not.'),
      }),
    ),
    cancelled: z.int().describe('How many were.'),
  })
  .meta({ id: 'BulkCancelled', description: 'What became of each job that was to be cancelled.' });

export const jobExport = z.array(jobResource);
