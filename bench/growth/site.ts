import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { loadPost } from '../kit/load.ts';
import { jobIdsOf } from '../kit/job-history.ts';
import { startBenchPlatform, type BenchPlatform } from '../kit/platform.ts';
import { makePrefilled } from '../kit/prefilled.ts';
import type { Metrics } from '../kit/rounds.ts';
import { quantile } from '../kit/statistics.ts';
import { storedEvents, type StoredEvent } from '../kit/stored-events.ts';
import type { StoryTemplate } from '../kit/history-template.ts';

/** A platform with so much behind it. */
export interface GrownSite {
  readonly platform: BenchPlatform;
  readonly connection: NatsConnection;
  readonly body: unknown;
  readonly fillPerSecond: number;
  /** From the first start over the history until the lists held it. */
  readonly firstStartMs: number;
  readonly jobs: number;
  stop(): Promise<void>;
}

const services = 'storage,job,webhook,gateway';
const betweenMs = 1_000;

/** How much of a core a process takes that only waits: timers, heartbeats, sweeps. */
const idleCores = 0.1;
const lookMs = 2_000;

/**
 * Resolves when the platform rests. A history that was laid beside it is caught up by everything that follows events
 * (webhooks, anchors, what keeps bytes alive), long after the lists hold it; one that grew by itself never is.
 */
const untilIdle = async (platform: BenchPlatform): Promise<void> => {
  for (let isIdle = false; !isIdle;) {
    const before = platform.cpuSeconds();
    await delay(lookMs);
    isIdle = (platform.cpuSeconds() - before) / (lookMs / 1000) < idleCores;
  }
};

/** Fills a store without syncing, and starts the platform on it with every write synced. */
export const growSite = async (template: StoryTemplate, jobs: number, clip: string): Promise<GrownSite> => {
  const startMsOf = (n: number): number => Date.now() - (jobs - n) * betweenMs;
  const { dataDir, messagesPerSecond } = await makePrefilled([{ template, count: jobs, idsOf: jobIdsOf, startMsOf }]);
  const startMs = performance.now();
  const platform = await startBenchPlatform({ services, dataDir });
  // The answer waits until the list holds what was stored before the question.
  const input_url = await platform.upload(clip);
  const body = { input_url, output_format: 'mkv', video_codec: 'copy', audio_codec: 'copy' };
  await platform.submit('/v1/transcode', body);
  await platform.get('/v1/jobs?limit=1');
  const firstStartMs = performance.now() - startMs;
  await untilIdle(platform);
  const connection = await connect({ servers: platform.natsUrl });
  return {
    platform,
    connection,
    body,
    fillPerSecond: messagesPerSecond,
    firstStartMs,
    jobs,
    stop: async () => {
      await connection.close();
      await platform.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

/** Median of accepting, one job after the other. */
export const acceptP50 = async ({ platform, body }: GrownSite, count: number): Promise<Metrics> => {
  const { url, headers } = platform;
  const { p50Ms = Number.NaN } = await loadPost({ url: `${url}/v1/transcode`, body, headers, status: 202 }, count, 1);
  return { acceptP50Ms: p50Ms };
};

/** Resolves with the job's events when it has ended. */
const untilEnded = async (connection: NatsConnection, jobId: string): Promise<StoredEvent[]> => {
  for (;;) {
    const events = await storedEvents(connection, jobId);
    if (events.some(({ type }) => type === 'JobCompleted')) return events;
  }
};

/** Medians of accepting and from accepted to started, one job after the other. */
export const startP50 = async (site: GrownSite, count: number): Promise<Metrics> => {
  const { platform, body, connection } = site;
  const [acceptsMs, startsMs]: [number[], number[]] = [[], []];
  for (let i = 0; i < count; i++) {
    const postedMs = performance.now();
    const { job_id: jobId } = await platform.submit('/v1/transcode', body);
    acceptsMs.push(performance.now() - postedMs);
    const events = await untilEnded(connection, jobId);
    const atOf = (type: string): number => events.find((event) => event.type === type)?.storedAtMs ?? Number.NaN;
    startsMs.push(atOf('TaskStarted') - atOf('JobAccepted'));
  }
  return { acceptP50Ms: quantile(acceptsMs, 0.5), startP50Ms: quantile(startsMs, 0.5) };
};

/** Routes whose work might grow with the history. */
const routes: Readonly<Record<string, (jobId: string) => string>> = {
  list: () => '/v1/jobs?limit=50',
  search: (jobId) => `/v1/jobs?limit=1&q=${jobId}`,
  job: (jobId) => `/v1/jobs/${jobId}`,
  history: (jobId) => `/v1/jobs/${jobId}/history`,
  analytics: () => '/v1/jobs/analytics?bucket=day',
};

/** P95 of each, asked one after the other for jobs all over the history. */
export const routesP95 = async ({ platform, jobs }: GrownSite, count: number): Promise<Metrics> => {
  const metrics: Record<string, number> = {};
  for (const [name, pathOf] of Object.entries(routes)) {
    const durationsMs: number[] = [];
    for (let i = 0; i < count; i++) {
      const [jobId = ''] = jobIdsOf((i * 7919) % jobs);
      const startMs = performance.now();
      await platform.get(pathOf(jobId));
      durationsMs.push(performance.now() - startMs);
    }
    metrics[`${name}P95Ms`] = quantile(durationsMs, 0.95);
  }
  return metrics;
};
