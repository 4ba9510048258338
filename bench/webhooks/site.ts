import { connect, type NatsConnection } from '@nats-io/transport-node';
import { ask } from '../kit/request.ts';
import type { Child } from '../kit/child.ts';
import { headersOf } from '../kit/fill-store.ts';
import { jobIdsOf } from '../kit/job-history.ts';
import { startPeer } from '../kit/peer.ts';
import { startBenchPlatform, type BenchPlatform } from '../kit/platform.ts';
import type { StoryTemplate } from '../kit/history-template.ts';

export interface Arrival {
  readonly port: number;
  readonly atMs: number;
}

/** A platform that only tells, and a receiver that it tells. */
export interface Site {
  readonly platform: BenchPlatform;
  readonly ports: readonly number[];
  /** Writes the end of so many jobs down; resolves with when each was acknowledged, by the clock of this machine. */
  finishJobs(count: number): Promise<number[]>;
  /** The next calls that come, to these ports or to any. */
  arrivals(count: number, ports?: readonly number[]): Promise<Arrival[]>;
  stop(): Promise<void>;
}

export interface SiteOptions {
  readonly template: StoryTemplate;
  readonly endpoints: number;
  readonly isFirstDead?: boolean;
  readonly dataDir?: string;
}

export const nowMs = (): number => performance.timeOrigin + performance.now();

const subscribe = (platform: BenchPlatform, port: number): Promise<unknown> =>
  platform.post('/webhooks/subscribe', { events: ['job.completed'], url: `http://127.0.0.1:${port}/hook` });

let jobs = 0;

/** A whole finished job, in order; resolves when its last commit is synced. */
const finishJob = async (connection: NatsConnection, template: StoryTemplate): Promise<number> => {
  const messages = template.render(jobIdsOf(10_000_000 + jobs++), Date.now());
  for (const [i, message] of messages.entries()) {
    const head = headersOf(message);
    if (i < messages.length - 1) connection.publish(message.subject, message.data, { headers: head });
    else await connection.request(message.subject, message.data, { headers: head, timeout: 30_000 });
  }
  return nowMs();
};

/** Starts both; every endpoint of the receiver is subscribed to the ends of jobs. */
export const startSite = async ({ template, endpoints, isFirstDead, dataDir }: SiteOptions): Promise<Site> => {
  const receiver: Child = await startPeer('receiver.ts', String(endpoints), isFirstDead ? 'dead' : 'alive');
  const env = { ALLOW_PRIVATE_IPS: 'true' };
  const platform = await startBenchPlatform({ services: 'webhook,gateway', env, dataDir });
  const connection = await connect({ servers: platform.natsUrl });
  const ports = receiver.word.split(',').map(Number);
  for (const port of ports) await subscribe(platform, port);
  return {
    platform,
    ports,
    finishJobs: (count) => Promise.all(Array.from({ length: count }, () => finishJob(connection, template))),
    arrivals: (count, only) => ask<Arrival[]>(receiver, { count, ...(only ? { ports: only } : {}) }),
    stop: async () => {
      await connection.close();
      await platform.stop();
      await receiver.stop();
    },
  };
};
