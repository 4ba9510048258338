import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Job } from './client.ts';
import { pick, type Random } from './random.ts';

export interface WorkloadOptions {
  readonly client: Client;
  readonly random: Random;
  /** Tells the keys of this visitor from those of others. */
  readonly name: string;
  readonly clip: string;
  readonly originUrl: string;
  readonly receiverUrl: string;
  /** Aborts when no new job is to be submitted. */
  readonly signal: AbortSignal;
}

const pollMs = 400;
const patienceMs = 90_000;
const triesMax = 40;
const ended = new Set(['completed', 'failed', 'cancelled']);
export const hasEnded = (job: Job | null): boolean => job !== null && ended.has(job.status);

interface Order {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const copy = { output_format: 'mkv', video_codec: 'copy', audio_codec: 'copy' };
const small = { output_format: 'mp4', resolution: '240p' };
/** Takes a while, so that it is struck now and then. */
const slow = { output_format: 'mp4', resolution: '720p', preset: 'quality' };
const ladder = { output_format: 'hls', resolution: '240p', segment_duration: 2, preset: 'fast' };

const draw = (random: Random, fileId: string, originUrl: string): Order =>
  pick<() => Order>(random, [
    () => ({ path: '/v1/transcode', body: { input_url: fileId, ...copy } }),
    () => ({ path: '/v1/transcode', body: { input_url: fileId, ...small, preset: 'fast' } }),
    () => ({ path: '/v1/transcode', body: { input_url: fileId, ...small, preset: 'quality' } }),
    () => ({
      path: '/v1/transcode',
      body: { input_url: `${originUrl}/clip.mp4`, ...small, preset: 'fast' },
    }),
    () => ({ path: '/v1/transcode', body: { input_url: `${originUrl}/absent.mp4`, ...copy } }),
    () => ({
      path: '/v1/video/thumbnails',
      body: { video_url: fileId, count: 2, method: 'uniform', width: 160 },
    }),
    () => ({ path: '/v1/transcode', body: { input_url: fileId, ...ladder } }),
    () => ({ path: '/v1/transcode', body: { input_url: fileId, ...slow } }),
    () => ({ path: '/v1/probe', body: { url: fileId } }),
    () => ({ path: '/v1/probe', body: { url: `${originUrl}/clip.mp4` } }),
  ])();

/** Comes back, as a person would, until there is an answer that says yes or no for good. */
const insist = async <T>(ask: () => Promise<T | null>): Promise<T | null> => {
  for (let tries = 0; tries < triesMax; tries++) {
    const answer = await ask();
    if (answer !== null) return answer;
    await delay(pollMs);
  }
  return null;
};

/** Submits one job; with a key twice at a time, and again until it is known what became of it. */
const submit = async (
  { client, random, name, receiverUrl, originUrl }: WorkloadOptions,
  fileId: string,
  visit: number,
): Promise<string | null> => {
  const key = random() < 0.6 ? `${name}-${visit}` : null;
  const { path, body } = draw(random, fileId, originUrl);
  const whole = {
    ...body,
    metadata: key === null ? {} : { key },
    ...(random() < 0.6 ? { webhook_url: receiverUrl } : {}),
  };
  const once = async (): Promise<string | null> => {
    const answer = await client.call<Job>('POST', path, {
      body: whole,
      key,
      promises: 'JobAccepted',
    });
    return answer !== null && answer.status < 300 ? answer.body.job_id : null;
  };
  if (key === null) return once();
  const [one, two] = await Promise.all([once(), once()]);
  return one ?? two ?? insist(once);
};

const retry = async ({ client }: WorkloadOptions, jobId: string): Promise<void> => {
  await client.call('POST', `/v1/jobs/${jobId}/retry`, { promises: 'JobAccepted' });
};

const visit = async (options: WorkloadOptions, fileId: string, n: number): Promise<void> => {
  const { client, random } = options;
  const jobId = await submit(options, fileId, n);
  const [isCancelled, isRetried, isPatient] = [random() < 0.15, random() < 0.6, random() < 0.8];
  if (jobId === null || !isPatient) return;
  if (isCancelled) await client.call('POST', `/v1/jobs/${jobId}/cancel`, { promises: 'JobCancelled' });
  const deadlineMs = performance.now() + patienceMs;
  let job: Job | null = null;
  while (!hasEnded(job) && performance.now() < deadlineMs) {
    await delay(pollMs);
    job = await client.job(jobId);
  }
  if (isRetried && (job?.status === 'cancelled' || job?.status === 'failed')) await retry(options, jobId);
};

/** One visitor: uploads a file, then one job after another of every kind until told to stop. */
export const runVisitor = async (options: WorkloadOptions): Promise<void> => {
  const { client, clip, name, signal } = options;
  let fileId = await insist(() => client.upload(clip, `${name}.mp4`));
  for (let n = 0; !signal.aborted && fileId !== null; n++) {
    await visit(options, fileId, n);
    if (n % 5 === 4) fileId = await insist(() => client.upload(clip, `${name}-${n}.mp4`));
  }
};
