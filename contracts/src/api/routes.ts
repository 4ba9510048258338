import { z } from 'zod';
import type { Operation } from '../operations/operation.ts';
import { operations } from '../operations/registry.ts';
import { priority } from '../events/shapes.ts';
import { fileResource, jobResource, jobStatus, pageOf } from './resources.ts';
import { defineRoute, type Route } from './route.ts';
import { submitBody, submitQuery } from './submit.ts';

const jobId = z.strictObject({ id: z.string().describe('job_…') });
const whole = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number);
const paging = {
  limit: whole.pipe(z.int().min(1).max(200)).optional().describe('1 to 200; 50 when absent.'),
  cursor: z.string().max(2048).optional().describe('next_cursor of the page before.'),
};
const time = z.iso.datetime({ offset: true }).or(z.iso.date());
const jobFilters = {
  status: z.string().optional().describe(`One or more of ${jobStatus.options.join(', ')}, with commas.`),
  type: z.string().optional().describe('Operation, e.g. transcode.'),
  priority: priority.optional(),
  created_after: time.optional(),
  created_before: time.optional(),
  api_key_id: z.string().optional().describe('Admins only.'),
  q: z.string().max(200).optional().describe('Part of a job id or of an input URL.'),
};

const submit = (operation: Operation): Route => ({
  id: `submit_${operation.id.replaceAll('.', '_')}`,
  method: 'POST',
  path: operation.path,
  tag: 'media',
  summary: operation.summary,
  access: 'key',
  query: submitQuery,
  body: submitBody(operation),
  success: 202,
  response: jobResource,
  errors: ['invalid_request', 'input_required', 'file_not_found', 'url_refused', 'body_too_large', 'codec_container_mismatch', 'idempotency_key_reused', 'accept_unknown', 'store_full'],
});

/** One route per operation, from its registration. */
export const submitRoutes = Object.values(operations).map((operation) => submit(operation as Operation));

const anything = z.looseObject({});

export const jobRoutes = {
  listJobs: defineRoute({ id: 'list_jobs', method: 'GET', path: '/v1/jobs', tag: 'jobs', summary: 'Jobs, newest first.', access: 'key', query: z.strictObject({ ...jobFilters, ...paging }), success: 200, response: pageOf(jobResource) }),
  exportJobs: defineRoute({ id: 'export_jobs', method: 'GET', path: '/v1/jobs/export', tag: 'jobs', summary: 'The list as a file.', access: 'key', query: z.strictObject({ ...jobFilters, format: z.enum(['csv', 'json']).default('json') }), success: 200, answers: 'stream' }),
  analytics: defineRoute({ id: 'job_analytics', method: 'GET', path: '/v1/jobs/analytics', tag: 'jobs', summary: 'Counts, success rate and durations per hour or day.', access: 'key', query: z.strictObject({ bucket: z.enum(['hour', 'day']).default('hour'), from: time.optional(), to: time.optional() }), success: 200, response: anything }),
  bulkCancel: defineRoute({ id: 'bulk_cancel_jobs', method: 'POST', path: '/v1/jobs/bulk-cancel', tag: 'jobs', summary: 'Cancels several jobs, each answered for itself.', access: 'key', body: z.strictObject({ job_ids: z.array(z.string()).min(1).max(200) }), success: 200, response: anything }),
  getJob: defineRoute({ id: 'get_job', method: 'GET', path: '/v1/jobs/{id}', tag: 'jobs', summary: 'A job, now or as it was (`at`).', access: 'key', params: jobId, query: z.strictObject({ at: z.string().optional().describe('A time or a position of its history.') }), success: 200, response: jobResource, errors: ['job_not_found'] }),
  jobEvents: defineRoute({ id: 'follow_job', method: 'GET', path: '/v1/jobs/{id}/events', tag: 'jobs', summary: 'Server-sent events: everything that happened, then everything that happens.', access: 'key', params: jobId, success: 200, answers: 'stream', errors: ['job_not_found'] }),
  jobHistory: defineRoute({ id: 'job_history', method: 'GET', path: '/v1/jobs/{id}/history', tag: 'jobs', summary: 'The events of a job.', access: 'key', params: jobId, success: 200, response: pageOf(anything), errors: ['job_not_found'] }),
  jobLog: defineRoute({ id: 'job_log', method: 'GET', path: '/v1/jobs/{id}/log', tag: 'jobs', summary: 'What the media tools said.', access: 'key', params: jobId, success: 200, answers: 'text', errors: ['job_not_found'] }),
  cancelJob: defineRoute({ id: 'cancel_job', method: 'POST', path: '/v1/jobs/{id}/cancel', tag: 'jobs', summary: 'Ends a job now.', access: 'key', params: jobId, body: z.strictObject({ reason: z.string().max(500).optional() }).optional(), success: 200, response: jobResource, errors: ['job_not_found', 'job_already_finished'] }),
  retryJob: defineRoute({ id: 'retry_job', method: 'POST', path: '/v1/jobs/{id}/retry', tag: 'jobs', summary: 'Runs a failed or cancelled job again, as a new job.', access: 'key', params: jobId, success: 202, response: jobResource, errors: ['job_not_found', 'job_not_retryable', 'job_already_retried'] }),
  duplicateJob: defineRoute({ id: 'duplicate_job', method: 'POST', path: '/v1/jobs/{id}/duplicate', tag: 'jobs', summary: 'Submits the same again, as a new job.', access: 'key', params: jobId, success: 202, response: jobResource, errors: ['job_not_found'] }),
  deadLetters: defineRoute({ id: 'list_dead_letters', method: 'GET', path: '/v1/dead-letters', tag: 'jobs', summary: 'Jobs that failed for good and were not run again.', access: 'key', query: z.strictObject(paging), success: 200, response: pageOf(jobResource) }),
  replayDeadLetter: defineRoute({ id: 'replay_dead_letter', method: 'POST', path: '/v1/dead-letters/{id}/replay', tag: 'jobs', summary: 'Runs a dead letter again, as a new job.', access: 'key', params: jobId, success: 202, response: jobResource, errors: ['job_not_found', 'job_already_retried'] }),
} satisfies Record<string, Route>;

export const fileRoutes = {
  uploadFile: defineRoute({ id: 'upload_file', method: 'POST', path: '/v1/files', tag: 'files', summary: 'Stores a file (multipart, field `file`).', access: 'key', upload: true, success: 201, response: fileResource, errors: ['invalid_request', 'input_too_large', 'extension_blocked', 'media_type_not_supported', 'disk_space_low'] }),
  listFiles: defineRoute({ id: 'list_files', method: 'GET', path: '/v1/files', tag: 'files', summary: 'Files, newest first.', access: 'key', query: z.strictObject({ q: z.string().max(200).optional().describe('Part of the name.'), ...paging }), success: 200, response: pageOf(fileResource) }),
  getFile: defineRoute({ id: 'get_file', method: 'GET', path: '/v1/files/{id}', tag: 'files', summary: 'One file.', access: 'key', params: z.strictObject({ id: z.string().describe('file_…') }), success: 200, response: fileResource, errors: ['file_not_found'] }),
  download: defineRoute({ id: 'download_file', method: 'GET', path: '/files/{path*}', tag: 'files', summary: "A file's bytes: ranges, ETag; the owner's key or a signed link.", access: 'link', params: z.strictObject({ path: z.string() }), success: 200, answers: 'stream', errors: ['file_not_found', 'range_not_satisfiable'] }),
  deleteFile: defineRoute({ id: 'delete_file', method: 'DELETE', path: '/files/{path*}', tag: 'files', summary: 'Deletes a file.', access: 'key', params: z.strictObject({ path: z.string() }), success: 204, answers: 'nothing', errors: ['file_not_found'] }),
} satisfies Record<string, Route>;

const webhookId = z.strictObject({ id: z.string().describe('whk_…') });
export const webhookRoutes = {
  subscribe: defineRoute({ id: 'subscribe_webhook', method: 'POST', path: '/webhooks/subscribe', tag: 'webhooks', summary: 'Has events sent to a URL, signed.', access: 'key', body: z.strictObject({ events: z.array(z.string().max(64)).min(1).max(32), url: z.url({ protocol: /^https?$/ }).max(4096), secret: z.string().min(16).max(256).optional(), headers: z.record(z.string(), z.string()).optional() }), success: 201, response: anything, errors: ['invalid_request', 'url_refused'] }),
  list: defineRoute({ id: 'list_webhooks', method: 'GET', path: '/webhooks', tag: 'webhooks', summary: 'Subscriptions.', access: 'key', query: z.strictObject(paging), success: 200, response: pageOf(anything) }),
  remove: defineRoute({ id: 'delete_webhook', method: 'DELETE', path: '/webhooks/{id}', tag: 'webhooks', summary: 'Ends a subscription.', access: 'key', params: webhookId, success: 204, answers: 'nothing', errors: ['webhook_not_found'] }),
  deliveries: defineRoute({ id: 'list_deliveries', method: 'GET', path: '/webhooks/deliveries', tag: 'webhooks', summary: 'What was sent, and what came back.', access: 'key', query: z.strictObject({ url: z.string().optional(), job_id: z.string().optional(), status: z.enum(['pending', 'succeeded', 'exhausted']).optional(), event: z.string().optional(), ...paging }), success: 200, response: pageOf(anything) }),
  signingSecret: defineRoute({ id: 'webhook_signing_secret', method: 'GET', path: '/webhooks/signing-secret', tag: 'webhooks', summary: 'The secret that signs calls to a job’s own webhook_url.', access: 'key', success: 200, response: z.strictObject({ secret: z.string() }) }),
} satisfies Record<string, Route>;

export const platformRoutes = {
  operations: defineRoute({ id: 'list_operations', method: 'GET', path: '/v1/operations', tag: 'platform', summary: 'Every operation with the JSON Schema of its parameters.', access: 'key', success: 200, response: anything }),
  presets: defineRoute({ id: 'list_presets', method: 'GET', path: '/v1/presets', tag: 'platform', summary: 'The transcode profiles.', access: 'key', success: 200, response: anything }),
  workers: defineRoute({ id: 'list_workers', method: 'GET', path: '/admin/workers', tag: 'platform', summary: 'Who works, on which pool, how much, with which abilities.', access: 'admin', success: 200, response: anything }),
  health: defineRoute({ id: 'health', method: 'GET', path: '/health', tag: 'platform', summary: 'One look.', access: 'public', success: 200, response: anything }),
  healthLive: defineRoute({ id: 'health_live', method: 'GET', path: '/health/live', tag: 'platform', summary: 'The process runs.', access: 'public', success: 200, response: anything }),
  healthReady: defineRoute({ id: 'health_ready', method: 'GET', path: '/health/ready', tag: 'platform', summary: 'Requests can be taken.', access: 'public', success: 200, response: anything }),
  healthDetailed: defineRoute({ id: 'health_detailed', method: 'GET', path: '/health/detailed', tag: 'platform', summary: 'Every component; figures with a key.', access: 'public', success: 200, response: anything }),
  metrics: defineRoute({ id: 'metrics', method: 'GET', path: '/metrics/prometheus', tag: 'platform', summary: 'Metrics in Prometheus text.', access: 'key', success: 200, answers: 'text' }),
  openapi: defineRoute({ id: 'openapi', method: 'GET', path: '/openapi.json', tag: 'platform', summary: 'This description.', access: 'public', success: 200, response: anything }),
  asyncapi: defineRoute({ id: 'asyncapi', method: 'GET', path: '/asyncapi.json', tag: 'platform', summary: 'The events.', access: 'public', success: 200, response: anything }),
  documentation: defineRoute({ id: 'documentation', method: 'GET', path: '/documentation', tag: 'platform', summary: 'The API, to read and to try.', access: 'public', success: 200, answers: 'html' }),
  documentationPage: defineRoute({ id: 'documentation_page', method: 'GET', path: '/documentation/{path*}', tag: 'platform', summary: 'A page or an asset of the documentation.', access: 'public', params: z.strictObject({ path: z.string() }), success: 200, answers: 'html' }),
} satisfies Record<string, Route>;

/** Every public route. */
export const routes: readonly Route[] = [
  ...submitRoutes,
  ...Object.values(jobRoutes),
  ...Object.values(fileRoutes),
  ...Object.values(webhookRoutes),
  ...Object.values(platformRoutes),
];
