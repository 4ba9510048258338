import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNats } from '@ffapi/testkit';
import { jobIdsOf } from '../kit/job-history.ts';
import { startBenchPlatform } from '../kit/platform.ts';
import { makePrefilled } from '../kit/prefilled.ts';
import type { Metrics } from '../kit/rounds.ts';
import type { StoryTemplate } from '../kit/history-template.ts';

const services = 'storage,job,webhook,gateway';
const betweenMs = 1_000;

/** A platform whose services can be started over a history that they know already. */
export interface Restartable {
  /** What the first start over the history took: every list was made then. */
  readonly firstStartMs: number;
  readonly fillPerSecond: number;
  /** From the start of the process to the first job it accepts. */
  start(): Promise<Metrics>;
  stop(): Promise<void>;
}

/** Fills a store with finished jobs (none at all with 0), starts NATS on it with every write synced, and lets the lists be made. */
export const makeRestartable = async (template: StoryTemplate, jobs: number): Promise<Restartable> => {
  const empty = mkdtempSync(join(tmpdir(), 'ffapi-cold-'));
  const startMsOf = (n: number): number => Date.now() - (jobs - n) * betweenMs;
  const fills = jobs === 0 ? [] : [{ template, count: jobs, idsOf: jobIdsOf, startMsOf }];
  const { dataDir, messagesPerSecond } = await makePrefilled(fills, empty);
  const nats = await startNats({ storeDir: join(dataDir, 'nats') });
  const body = { input_url: 'http://127.0.0.1:9/none.mp4', output_format: 'mkv', video_codec: 'copy' };
  const start = async (isReady?: () => (ids: readonly string[]) => boolean): Promise<Metrics> => {
    const startMs = performance.now();
    const platform = await startBenchPlatform({
      services,
      dataDir,
      nats,
      env: { ALLOW_PRIVATE_IPS: 'true', JOB_MAX_RETRIES: '0' },
    });
    const readyMs = performance.now() - startMs;
    await platform.submit('/v1/transcode', body);
    const acceptMs = performance.now() - startMs;
    for (let isListed = isReady === undefined; !isListed;) {
      const { data } = await platform.get<{ data: { job_id: string }[] }>('/v1/jobs?status=completed&limit=1');
      isListed = isReady?.()(data.map(({ job_id: id }) => id)) ?? true;
    }
    const listedMs = performance.now() - startMs;
    await platform.stop();
    return { readyMs, acceptMs, listedMs };
  };
  const newest = jobIdsOf(jobs - 1)[0] ?? '';
  const first = await start(jobs === 0 ? undefined : () => (ids) => ids.includes(newest));
  return {
    firstStartMs: first.listedMs ?? Number.NaN,
    fillPerSecond: messagesPerSecond,
    start: () => start(),
    stop: async () => {
      await nats.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
