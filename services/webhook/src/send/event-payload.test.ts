import { jobResource, type JobResource } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { callBody, jobData } from './event-payload.ts';

const job: JobResource = jobResource.parse({
  id: 'job_1',
  job_id: 'job_1',
  type: 'transcode',
  status: 'completed',
  held_reason: null,
  priority: 'normal',
  progress: {
    percent: 100,
    fps: null,
    speed: null,
    eta_seconds: null,
    stage: null,
    queue_position: null,
    waiting_for: null,
  },
  created_at: '2026-01-01T00:00:00Z',
  started_at: '2026-01-01T00:00:01Z',
  completed_at: '2026-01-01T00:00:09Z',
  duration_ms: 8000,
  attempts: 1,
  params: { input_url: 'https://example.com/a.mp4' },
  metadata: { order: 7 },
  outputs: [
    {
      name: 'out.mp4',
      id: 'file_1',
      file_id: 'file_1',
      url: '/files/file_1/out.mp4',
      download_url: '/files/~1.old-signature/file_1/out.mp4',
      thumbnail_url: null,
      size_bytes: 10,
      sha256: 'ab',
      content_type: 'video/mp4',
      media: null,
      media_status: 'none',
      download_url_expires_at: '2026-01-01T01:00:00Z',
      job_id: 'job_1',
      origin: { kind: 'job', job_id: 'job_1' },
      created_at: '2026-01-01T00:00:09Z',
      created_by: 'key_1',
      expires_at: '2026-01-08T00:00:09Z',
    },
  ],
  output_file: '/files/file_1/out.mp4',
  result: null,
  warnings: [],
  error: null,
  ffmpeg_stats: null,
  progress_history: [],
  status_url: '/v1/jobs/job_1',
  events_url: '/v1/jobs/job_1/events',
  log_url: '/v1/jobs/job_1/log',
  links: {
    self: 'https://media.example.com/v1/jobs/job_1',
    events: 'https://media.example.com/v1/jobs/job_1/events',
    websocket: 'wss://media.example.com/v1/jobs/job_1/ws',
    history: 'https://media.example.com/v1/jobs/job_1/history',
    log: 'https://media.example.com/v1/jobs/job_1/log',
  },
  webhook_url: null,
  batch_id: null,
  workflow_id: null,
  api_key_id: 'key_1',
  retry_of: null,
  retried_as: null,
  user_ip: '192.0.2.1',
});
const downloadUrlOf = (fileId: string) => `https://media.example.com/files/~2.fresh/${fileId}`;
const call = { event: 'job.completed' as const, timestamp: '2026-01-01T00:00:09Z', downloadUrlOf };

describe('event payload', () => {
  it('keeps no signed URL, address or key', () => {
    const kept = JSON.stringify(jobData(job));
    for (const secret of ['old-signature', '192.0.2.1', 'key_1']) expect(kept).not.toContain(secret);
  });

  it('has the members of the documented body, with a fresh link', () => {
    const body = callBody({ ...call, data: jobData(job), isJobsOwn: false });
    expect(Object.keys(body)).toEqual(['event', 'timestamp', 'data']);
    expect(body.data).toMatchObject({
      job_id: 'job_1',
      type: 'transcode',
      status: 'completed',
      output_file: '/files/file_1/out.mp4',
      download_url: downloadUrlOf('file_1'),
      duration_ms: 8000,
      metadata: { order: 7 },
      outputs: [{ file_id: 'file_1', download_url: downloadUrlOf('file_1') }],
    });
  });

  it('repeats five members at the top for the URL of the job itself', () => {
    const own = (change: Partial<JobResource>) =>
      callBody({ ...call, data: jobData({ ...job, ...change }), isJobsOwn: true });
    expect(own({})).toMatchObject({
      job_id: 'job_1',
      status: 'completed',
      timestamp: call.timestamp,
      result: { outputs: [{ file_id: 'file_1' }] },
    });
    expect(own({ result: { scenes: [] } }).result).toEqual({ scenes: [] });
    const error = {
      code: 'input_unreachable',
      message: 'm',
      fault: 'input' as const,
      retryable: true,
      hint: 'h',
      doc_url: 'd',
    };
    const failed = own({ status: 'failed', outputs: [], error });
    expect(failed).toMatchObject({ status: 'failed', error, data: { download_url: null } });
    expect(failed).not.toHaveProperty('result');
  });

  it('links the file that a call is about, unless it is gone', () => {
    const data = { file_id: 'file_1', name: 'a.mp4' };
    const body = callBody({ ...call, event: 'file.created', data, isJobsOwn: false });
    expect(body.data).toEqual({ ...data, download_url: downloadUrlOf('file_1') });
    expect(callBody({ ...call, event: 'file.deleted', data, isJobsOwn: false }).data).toEqual(data);
  });
});
