import type { AssetEvent, JobEvent, KeyEvent, TaskEvent, WebhookEventName } from '@ffapi/contracts';

/** The webhook event that a stored event is, if it is one. */
export const webhookEventOf = (event: JobEvent | TaskEvent | AssetEvent | KeyEvent): WebhookEventName | null => {
  switch (event.type) {
    case 'JobAccepted':
      return 'job.created';
    case 'JobCompleted':
      return 'job.completed';
    case 'JobFailed':
      return 'job.failed';
    case 'JobCancelled':
      return 'job.cancelled';
    case 'AssetStored':
      return event.data.origin.kind === 'upload' ? 'file.uploaded' : 'file.created';
    case 'AssetDeleted':
      return 'file.deleted';
    case 'KeyQuotaNearlyUsed':
      return 'quota.warning';
    case 'KeyQuotaExceeded':
      // A submit that is refused is told by its answer.
      return event.data.quota === 'max_storage_mb' ? 'storage.quota_exceeded' : null;
    case 'TaskStarted':
      // A job has started with the first attempt of its first task.
      return event.data.n === 0 && event.data.attempt === 1 ? 'job.started' : null;
    default:
      return null;
  }
};

/** A job's own webhook_url is called when the job ends. */
export const endsJob = (event: WebhookEventName): boolean =>
  event === 'job.completed' || event === 'job.failed' || event === 'job.cancelled';
