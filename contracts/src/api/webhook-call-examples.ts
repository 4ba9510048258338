import type { WebhookEventName } from '../events/webhook.ts';

const jobId = 'job_01k9vjz6f8e2m3q4r5s6t7v8w9';
const fileId = 'file_01k9vjz6f8e2m3q4r5s6t7v8w9';
const link = `https://media.example.com/files/~1767225600.signature/${fileId}/out.mp4`;

const job = {
  job_id: jobId,
  type: 'transcode',
  status: 'queued',
  output_file: null,
  download_url: null,
  duration_ms: null,
  created_at: '2026-01-01T00:00:00.000Z',
  completed_at: null,
  outputs: [],
  result: null,
  warnings: [],
  error: null,
  metadata: { order: 7 },
  status_url: `/v1/jobs/${jobId}`,
  retry_of: null,
};
const ended = { completed_at: '2026-01-01T00:00:09.000Z', duration_ms: 8000 };
const file = {
  file_id: fileId,
  name: 'out.mp4',
  size_bytes: 1_048_576,
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  content_type: 'video/mp4',
};
const media = { duration_seconds: 10, width: 1280, height: 720, video_codec: 'h264', audio_codec: 'aac' };

/** What the member `data` of each call looks like. */
export const webhookCallExamples: Readonly<Record<WebhookEventName, Readonly<Record<string, unknown>>>> = {
  'job.created': job,
  'job.started': { ...job, status: 'running' },
  'job.progress': {
    job_id: jobId,
    type: 'transcode',
    status: 'running',
    progress: { percent: 41.2, fps: 118, speed: 3.9, eta_seconds: 12, stage: 'encode' },
  },
  'job.completed': {
    ...job,
    ...ended,
    status: 'completed',
    output_file: `/files/${fileId}/out.mp4`,
    download_url: link,
    outputs: [{ ...file, url: `/files/${fileId}/out.mp4`, download_url: link, media }],
  },
  'job.failed': {
    ...job,
    ...ended,
    status: 'failed',
    error: {
      code: 'input_unreachable',
      message: 'The input cannot be reached.',
      fault: 'input',
      retryable: true,
      hint: 'Check that the host name resolves and that the server accepts connections from the internet.',
      doc_url: '/documentation/errors#input_unreachable',
    },
  },
  'job.cancelled': { ...job, ...ended, status: 'cancelled' },
  'file.uploaded': { ...file, job_id: null, download_url: link },
  'file.created': { ...file, job_id: jobId, download_url: link },
  'file.deleted': { file_id: fileId, name: 'out.mp4', reason: 'deleted by its owner' },
  'storage.quota_exceeded': { quota: 'max_storage_mb', used: 10_240, limit: 10_240, percent: 100 },
  'quota.warning': { quota: 'max_storage_mb', used: 8_192, limit: 10_240, percent: 80 },
  'batch.completed': {
    batch_id: 'batch_01k9vjz6f8e2m3q4r5s6t7v8w9',
    status: 'completed',
    total: 3,
    completed: 2,
    failed: 1,
    cancelled: 0,
  },
  'workflow.completed': {
    workflow_id: 'wf_01k9vjz6f8e2m3q4r5s6t7v8w9',
    template_id: 'social-media-package',
    status: 'completed',
  },
  'webhook.test': { webhook_id: 'whk_01k9vjz6f8e2m3q4r5s6t7v8w9', message: 'This is a test call.' },
};
