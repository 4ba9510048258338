import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Job } from '../client.ts';
import { hasEnded } from '../workload.ts';
import { demand } from './drill.ts';

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

export type EndedJob = Job & {
  readonly error: { readonly code: string } | null;
  readonly started_at: string;
  readonly completed_at: string;
};

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

const secondsOf = (path: string): number => {
  const argv = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', path];
  return Number(execFileSync('ffprobe', argv, { encoding: 'utf8' }));
};

/** What a job says it has made is as long as its source, whatever the tool's exit code was. */
export const demandWhole = (source: string, jobs: readonly EndedJob[]): void => {
  const seconds = secondsOf(source);
  for (const { job_id, status, outputs } of jobs) {
    const made = (outputs[0] as { media?: { duration_seconds: number } } | undefined)?.media?.duration_seconds ?? 0;
    const isWhole = Math.abs(made - seconds) <= Math.max(0.02 * seconds, 0.5);
    demand(status !== 'completed' || isWhole, `${job_id} is completed with ${made} s of ${seconds} s`);
  }
};
