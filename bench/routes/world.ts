import { failedIdsOf, jobIdsOf } from '../kit/job-history.ts';
import type { BenchPlatform } from '../kit/platform.ts';

/** What there is to ask for. */
export interface World {
  readonly platform: BenchPlatform;
  readonly fileId: string;
  /** Where its bytes are. */
  readonly filePath: string;
  /** A clip that takes a while to encode. */
  readonly longFileId: string;
  /** A job that has run here, with a log. */
  readonly jobId: string;
  readonly webhookId: string;
  readonly deliveryId: string;
  /** Any of the finished jobs of the history. */
  finishedJob(): string;
  /** A failed job that nobody has retried. */
  failedJob(): string;
}

export interface WorldOptions {
  readonly platform: BenchPlatform;
  readonly clip: string;
  readonly longClip: string;
  readonly receiverUrl: string;
  readonly finished: number;
}

const pollMs = 50;

/** Makes what the history does not hold. */
export const makeWorld = async (options: WorldOptions): Promise<World> => {
  const { platform, clip, longClip, receiverUrl, finished } = options;
  const [fileId, longFileId] = [await platform.upload(clip), await platform.upload(longClip)];
  const { id: webhookId } = await platform.post<{ id: string }>('/webhooks/subscribe', {
    events: ['job.failed'],
    url: receiverUrl,
  });
  const remux = { input_url: fileId, output_format: 'mkv', video_codec: 'copy', audio_codec: 'copy' };
  const job = await platform.submit('/v1/transcode', remux, { wait: true });
  const fails = { input_url: 'http://127.0.0.1:9/none.mp4', output_format: 'mkv' };
  await platform.submit('/v1/transcode', fails, { wait: true });
  const { url } = await platform.get<{ url: string }>(`/v1/files/${fileId}`);
  const deliveries = async (): Promise<{ id: string }[]> =>
    (await platform.get<{ data: { id: string }[] }>('/webhooks/deliveries')).data;
  let found = await deliveries();
  while (found.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    found = await deliveries();
  }
  let [asked, retried] = [0, 0];
  return {
    platform,
    fileId,
    longFileId,
    filePath: new URL(url, platform.url).pathname,
    jobId: job.job_id,
    webhookId,
    deliveryId: found[0]?.id ?? '',
    finishedJob: () => jobIdsOf((asked += 7919) % finished)[0] ?? '',
    failedJob: () => failedIdsOf(retried++)[0] ?? '',
  };
};
