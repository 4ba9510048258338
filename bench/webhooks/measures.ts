import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { closedLoop } from '../kit/load.ts';
import type { Metrics } from '../kit/rounds.ts';
import { quantile } from '../kit/statistics.ts';
import { nowMs, type Site } from './site.ts';

const summary = (valuesMs: readonly number[]): Metrics => ({
  p50Ms: quantile(valuesMs, 0.5),
  p99Ms: quantile(valuesMs, 0.99),
});

/** So many jobs end at once, each told to every endpoint: calls a second until the last has come. */
export const tellMany = async (site: Site, jobs: number): Promise<Metrics> => {
  const calls = jobs * site.ports.length;
  const all = site.arrivals(calls);
  const cpuBefore = site.platform.cpuSeconds();
  const startMs = nowMs();
  await site.finishJobs(jobs);
  const seconds = (Math.max(...(await all).map(({ atMs }) => atMs)) - startMs) / 1000;
  return { perSecond: calls / seconds, perCpuSecond: calls / (site.platform.cpuSeconds() - cpuBefore) };
};

/** Jobs end one after the other: from the stored end to the call at the receiver. */
export const tellOneByOne = async (site: Site, jobs: number): Promise<Metrics> => {
  const delaysMs: number[] = [];
  for (let i = 0; i < jobs; i++) {
    const call = site.arrivals(1);
    const [endedAtMs = Number.NaN] = await site.finishJobs(1);
    const [arrival] = await call;
    delaysMs.push((arrival?.atMs ?? Number.NaN) - endedAtMs);
  }
  return summary(delaysMs);
};

/** Jobs end one after the other and everyone is told: how long the healthy endpoints wait for each. */
export const tellEveryone = async (site: Site, jobs: number): Promise<Metrics> => {
  const healthy = site.ports.slice(1);
  const delaysMs: number[] = [];
  for (let i = 0; i < jobs; i++) {
    const calls = site.arrivals(healthy.length, healthy);
    const [endedAtMs = Number.NaN] = await site.finishJobs(1);
    delaysMs.push(...(await calls).map(({ atMs }) => atMs - endedAtMs));
  }
  return summary(delaysMs);
};

/** A synchronous publish to the same server, one at a time. */
export const createPublish = async (connection: NatsConnection, count: number): Promise<() => Promise<Metrics>> => {
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'BENCH', subjects: ['bench.>'], storage: StorageType.File });
  const js = jetstream(connection);
  return () => closedLoop(async () => void (await js.publish('bench.x', 'x'.repeat(1_100))), count, 1);
};
