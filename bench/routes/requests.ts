import type { World } from './world.ts';

export interface RouteRequest {
  readonly path: string;
  readonly body?: unknown;
  readonly form?: FormData;
}

/** Makes one request of a route; what it needs beforehand is not counted. */
export type MakeRequest = (world: World) => RouteRequest | Promise<RouteRequest>;

const at = (path: string, body?: unknown): RouteRequest => ({ path, ...(body === undefined ? {} : { body }) });
const fixed =
  (path: string): MakeRequest =>
  () =>
    at(path);

const uploadForm = (): FormData => {
  const form = new FormData();
  form.set('file', new Blob([`A note, told apart by ${Math.random()}.`], { type: 'text/plain' }), 'note.srt');
  return form;
};

/** An encode that goes on for a while, so that there is something to cancel. */
const openJob = async ({ platform, longFileId }: World): Promise<string> =>
  (await platform.submit('/v1/transcode', { input_url: longFileId, output_format: 'mp4', crf: 20 })).job_id;

/** Routes that are asked for in every turn, by the name of their operation. */
export const frequent: Readonly<Record<string, MakeRequest>> = {
  list_jobs: fixed('/v1/jobs?limit=50'),
  job_analytics: fixed('/v1/jobs/analytics?bucket=day'),
  get_job: (world) => at(`/v1/jobs/${world.finishedJob()}`),
  follow_job: (world) => at(`/v1/jobs/${world.finishedJob()}/events`),
  job_history: (world) => at(`/v1/jobs/${world.finishedJob()}/history`),
  job_log: (world) => at(`/v1/jobs/${world.jobId}/log`),
  list_dead_letters: fixed('/v1/dead-letters'),
  bulk_cancel_jobs: (world) => at('/v1/jobs/bulk-cancel', { job_ids: [world.finishedJob()] }),
  list_files: fixed('/v1/files'),
  get_file: (world) => at(`/v1/files/${world.fileId}`),
  download_file: (world) => at(world.filePath),
  upload_file: () => ({ path: '/v1/files', form: uploadForm() }),
  list_webhooks: fixed('/webhooks'),
  subscribe_webhook: () => at('/webhooks/subscribe', { events: ['batch.completed'], url: 'http://127.0.0.1:9/hook' }),
  list_deliveries: fixed('/webhooks/deliveries'),
  get_delivery: (world) => at(`/webhooks/deliveries/${world.deliveryId}`),
  webhook_signing_secret: fixed('/webhooks/signing-secret'),
  verify_webhook: () => at('/webhooks/verify', { body: '{}', headers: {}, secret: 'a secret of sixteen' }),
  test_webhook: (world) => at(`/webhooks/${world.webhookId}/test`, {}),
  rotate_webhook_secret: (world) => at(`/webhooks/${world.webhookId}/rotate-secret`, {}),
  list_operations: fixed('/v1/operations'),
  list_presets: fixed('/v1/presets'),
  list_workers: fixed('/admin/workers'),
  health: fixed('/health'),
  health_live: fixed('/health/live'),
  health_ready: fixed('/health/ready'),
  health_detailed: fixed('/health/detailed'),
  metrics: fixed('/metrics/prometheus'),
  openapi: fixed('/openapi.json'),
  asyncapi: fixed('/asyncapi.json'),
  documentation: fixed('/documentation'),
  retry_delivery: (world) => at(`/webhooks/deliveries/${world.deliveryId}/retry`, {}),
};

/** Routes that start work, or answer with everything there is: asked for in every fourth turn. */
export const seldom: Readonly<Record<string, MakeRequest>> = {
  submit_transcode: ({ fileId }) =>
    at('/v1/transcode', { input_url: fileId, output_format: 'mkv', video_codec: 'copy', audio_codec: 'copy' }),
  submit_video_thumbnails: ({ fileId }) =>
    at('/v1/video/thumbnails', { video_url: fileId, count: 1, method: 'uniform' }),
  submit_video_filter: ({ fileId }) =>
    at('/v1/video/filter', { input_url: fileId, filters: [{ type: 'scale', params: { width: 160 } }], preset: 'fast' }),
  submit_video_scenes: ({ fileId }) => at('/v1/video/scenes', { video_url: fileId }),
  submit_probe: ({ fileId }) => at('/v1/probe', { url: fileId }),
  cancel_job: async (world) => at(`/v1/jobs/${await openJob(world)}/cancel`, {}),
  retry_job: (world) => at(`/v1/jobs/${world.failedJob()}/retry`, {}),
  replay_dead_letter: (world) => at(`/v1/dead-letters/${world.failedJob()}/replay`, {}),
  duplicate_job: (world) => at(`/v1/jobs/${world.jobId}/duplicate`, {}),
  export_jobs: fixed('/v1/jobs/export?format=csv&status=failed'),
};
