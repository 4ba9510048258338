import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Job } from '../client.ts';
import { hasEnded } from '../workload.ts';

export const copyOf = (fileId: string) => ({ input_url: fileId, output_format: 'mkv', video_codec: 'copy' });
export const encodeOf = (fileId: string) => ({ input_url: fileId, output_format: 'mp4', resolution: '240p' });
/** Seconds of work on any machine. */
export const slowEncodeOf = (fileId: string) => ({
  input_url: fileId,
  output_format: 'mp4',
  video_codec: 'h264',
  encoder_preset: 'medium',
  resolution: '720p',
});
/** Longer than any drill waits. */
export const longEncodeOf = (fileId: string) => ({
  ...slowEncodeOf(fileId),
  encoder_preset: 'veryslow',
  resolution: '4K',
});

/** Uploads until it is taken. */
export const upload = async (client: Client, clip: string): Promise<string> => {
  for (;;) {
    const fileId = await client.upload(clip, 'clip.mp4');
    if (fileId !== null) return fileId;
    await delay(200);
  }
};

let orders = 0;

/** Submits under a key until it is taken, and gives the job. */
export const submit = async (
  client: Client,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<string> => {
  const key = `order-${++orders}`;
  for (;;) {
    const ask = { body: { ...body, metadata: { key } }, key, promises: 'JobAccepted' } as const;
    const answer = await client.call<Job>('POST', path, ask);
    if (answer !== null && answer.status < 300) return answer.body.job_id;
    if (answer !== null && answer.status < 500) throw new Error(`refused: ${JSON.stringify(answer.body)}`);
    await delay(200);
  }
};

export type EndedJob = Job & { readonly error: { readonly code: string } | null };

/** The jobs once all have ended. */
export const ended = async (client: Client, jobIds: readonly string[], secondsMax: number): Promise<EndedJob[]> => {
  const deadlineMs = performance.now() + secondsMax * 1000;
  const jobs: EndedJob[] = [];
  for (const jobId of jobIds) {
    for (;;) {
      const job = await client.job(jobId);
      if (hasEnded(job)) {
        jobs.push(job as EndedJob);
        break;
      }
      if (performance.now() > deadlineMs) throw new Error(`${jobId} is ${job?.status} after ${secondsMax} s`);
      await delay(100);
    }
  }
  return jobs;
};
