import type { WebhookEventName } from '@ffapi/contracts';

/** A job's own webhook_url is called when the job ends. */
export const endsJob = (event: WebhookEventName): boolean =>
  event === 'job.completed' || event === 'job.failed' || event === 'job.cancelled';
