import type { AssetEvent } from './asset.ts';
import type { JobEvent } from './job.ts';
import type { KeyEvent } from './key.ts';
import type { TaskEvent } from './task.ts';
import type { WebhookEventName } from './webhook.ts';

/** The public name of a stored event, the same for webhooks and event streams; `null`: it is an inner matter. */
export const publicEventOf = (event: JobEvent | TaskEvent | AssetEvent | KeyEvent): WebhookEventName | null => {
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
