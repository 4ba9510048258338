import { join } from 'node:path';
import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import type { Commit } from '@ffapi/es';
import { jobs as jobsProjection } from '@ffapi/job-view';
import { runProjection } from '@ffapi/read-model';
import { createSqliteReadModel } from '@ffapi/read-model-sqlite';
import { jobIdsOf } from '../kit/job-history.ts';
import { closedLoop } from '../kit/load.ts';
import type { Contender } from '../kit/rounds.ts';
import { quantile } from '../kit/statistics.ts';
import type { StoryTemplate } from '../kit/history-template.ts';
import type { History } from './history.ts';

const timeoutMs = 60_000;

export interface Lag {
  readonly contenders: readonly Contender[];
  stop(): Promise<void>;
}

/** How long after an append was acknowledged its document shows it, beside a plain publish to the same server. */
export const startLag = async (history: History, template: StoryTemplate, dir: string, count: number): Promise<Lag> => {
  const { connection, store } = history;
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'BENCH', subjects: ['bench.>'], storage: StorageType.File });
  const js = jetstream(connection);
  const readModel = createSqliteReadModel({ file: join(dir, 'lag.db') });
  const appliedAtMs = new Map<number, number>();
  const projection = runProjection({
    store,
    readModel,
    projection: jobsProjection,
    onApplied: (_position, events) => {
      for (const { position } of events) appliedAtMs.set(position, performance.now());
    },
  });
  await projection.ready;
  let n = 1_000_000;
  const appendOne = async (): Promise<{ position: number; atMs: number }> => {
    const [jobId = '', fileId = ''] = jobIdsOf(++n);
    const accepted = template.render([jobId, fileId], Date.now())[0]?.data ?? '';
    const { position } = await store.append(`job.${jobId}`, null, JSON.parse(accepted) as Commit);
    return { position, atMs: performance.now() };
  };
  const lag = async () => {
    const appended = [];
    for (let i = 0; i < count; i++) appended.push(await appendOne());
    await projection.waitFor(appended.at(-1)?.position ?? 0, timeoutMs);
    const lags = appended.map(({ position, atMs }) => Math.max(0, (appliedAtMs.get(position) ?? Infinity) - atMs));
    appliedAtMs.clear();
    return { p50Ms: quantile(lags, 0.5), p99Ms: quantile(lags, 0.99) };
  };
  const publish = async (): Promise<void> => void (await js.publish('bench.x', 'x'.repeat(1_100)));
  return {
    contenders: [
      { name: 'publish', timeoutMs, run: () => closedLoop(publish, count, 1) },
      { name: 'lag', timeoutMs, run: lag },
    ],
    stop: async () => {
      await projection.stop();
      await readModel.close();
    },
  };
};
