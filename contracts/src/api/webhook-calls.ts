import { z } from 'zod';
import type { WebhookEventName } from '../events/webhook.ts';
import { jobErrorResource, jobStatus, mediaResource } from './resources.ts';
import { webhookCallExamples } from './webhook-call-examples.ts';

const time = z.iso.datetime();
const signedLink = z.string().describe('Signed anew for every attempt; needs no key.');

const file = z.strictObject({
  file_id: z.string(),
  name: z.string(),
  url: z.string(),
  download_url: signedLink,
  size_bytes: z.int(),
  sha256: z.string(),
  content_type: z.string(),
  media: mediaResource.nullable(),
});

const jobCall = z
  .strictObject({
    job_id: z.string(),
    type: z.string(),
    status: jobStatus,
    output_file: z.string().nullable(),
    download_url: z.string().nullable().describe('Of the first output.'),
    duration_ms: z.int().nullable(),
    created_at: time,
    completed_at: time.nullable(),
    outputs: z.array(file),
    result: z.unknown(),
    warnings: z.array(z.string()),
    error: jobErrorResource.nullable(),
    metadata: z.record(z.string(), z.unknown()),
    status_url: z.string(),
    retry_of: z.string().nullable(),
  })
  .meta({ id: 'JobCall', description: 'What a call about a job tells.' });

const progressCall = z
  .strictObject({
    job_id: z.string(),
    type: z.string(),
    status: z.literal('running'),
    progress: z.strictObject({
      percent: z.number().min(0).max(100),
      fps: z.number().nullable(),
      speed: z.number().nullable().describe('In multiples of real time.'),
      eta_seconds: z.number().nullable(),
      stage: z.string(),
    }),
  })
  .meta({ id: 'ProgressCall', description: 'How far a job is.' });

const fileCall = z
  .strictObject({
    file_id: z.string(),
    name: z.string(),
    size_bytes: z.int(),
    sha256: z.string(),
    content_type: z.string(),
    job_id: z.string().nullable().describe('null: uploaded.'),
    download_url: signedLink,
  })
  .meta({ id: 'FileCall', description: 'What a call about a stored file tells.' });

const fileDeletedCall = z
  .strictObject({ file_id: z.string(), name: z.string(), reason: z.string() })
  .meta({ id: 'FileDeletedCall', description: 'Which file is gone, and why.' });

const quotaCall = z
  .strictObject({ quota: z.string(), used: z.number(), limit: z.number(), percent: z.number() })
  .meta({ id: 'QuotaCall', description: 'How much of a quota is used.' });

const batchCall = z
  .strictObject({
    batch_id: z.string(),
    status: jobStatus,
    total: z.int(),
    completed: z.int(),
    failed: z.int(),
    cancelled: z.int(),
  })
  .meta({ id: 'BatchCall', description: 'How the jobs of a batch have ended.' });

const workflowCall = z
  .strictObject({ workflow_id: z.string(), template_id: z.string().nullable(), status: jobStatus })
  .meta({ id: 'WorkflowCall', description: 'How a workflow has ended.' });

const testCall = z
  .strictObject({ webhook_id: z.string(), message: z.string() })
  .meta({ id: 'TestCall', description: 'Nothing but that the call arrives.' });

export interface WebhookCall {
  readonly summary: string;
  /** `false`: the name can be subscribed to, and nothing sends it yet. */
  readonly isSent: boolean;
  /** The member `data` of the body. */
  readonly data: z.ZodObject;
  readonly example: Readonly<Record<string, unknown>>;
}

const call = (event: WebhookEventName, data: z.ZodObject, summary: string): WebhookCall => ({
  summary,
  isSent: true,
  data,
  example: webhookCallExamples[event],
});
const reserved = (event: WebhookEventName, data: z.ZodObject, what: string): WebhookCall => ({
  ...call(event, data, `Reserved for ${what}: can be subscribed to, is not sent by this version.`),
  isSent: false,
});

/** Every event that calls are made for: when it is sent, the shape of its data, an example. */
export const webhookCalls: Readonly<Record<WebhookEventName, WebhookCall>> = {
  'job.created': call('job.created', jobCall, 'A job was accepted.'),
  'job.started': call('job.started', jobCall, 'The first attempt of the first step of a job has begun.'),
  'job.progress': call(
    'job.progress',
    progressCall,
    'How far a job is; at most every 5 s a job, best effort: not repeated, not listed among the deliveries.',
  ),
  'job.completed': call('job.completed', jobCall, 'A job has made its outputs; they can be downloaded.'),
  'job.failed': call('job.failed', jobCall, 'A job has failed for good.'),
  'job.cancelled': call('job.cancelled', jobCall, 'A job was cancelled.'),
  'file.uploaded': call('file.uploaded', fileCall, 'A file was uploaded.'),
  'file.created': call('file.created', fileCall, 'A job has stored a file.'),
  'file.deleted': call('file.deleted', fileDeletedCall, 'A file was deleted, by someone or after its retention.'),
  'storage.quota_exceeded': call(
    'storage.quota_exceeded',
    quotaCall,
    'A key has no room left: an upload or submit was refused, or a job failed; at most once a day.',
  ),
  'quota.warning': call(
    'quota.warning',
    quotaCall,
    'A key has used four fifths of a quota; once an hour or day, as the quota counts.',
  ),
  'batch.completed': reserved('batch.completed', batchCall, 'batches'),
  'workflow.completed': reserved('workflow.completed', workflowCall, 'workflows'),
  'webhook.test': call('webhook.test', testCall, 'On request alone, to try a subscription.'),
};
