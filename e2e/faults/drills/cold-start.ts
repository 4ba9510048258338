import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { fillStore } from '../../../bench/kit/fill-store.ts';
import { jobIdsOf, recordJob } from '../../../bench/kit/job-history.ts';
import { Client } from '../client.ts';
import { rssMiBOf } from '../memory.ts';
import { freePorts } from '@ffapi/testkit';
import { NatsProcess } from '../nats-process.ts';
import { ServiceProcess } from '../service-process.ts';
import { demand, secondsSince, until, type Drill } from './drill.ts';

const commits = 100_000;
const readySecondsMax = 10;
const rssMiBMax = 512;
const apiKey = 'key_of_the_cold_start_0123456789';
const jobEveryMs = 1_000;

/** R26. */
export const coldStart: Drill = {
  name: 'R26',
  promise: 'over 100,000 commits the platform is ready within 10 s and holds no more than 512 MiB',
  run: async ({ dir }) => {
    const [natsPort = 0, monitorPort = 0] = await freePorts(2);
    const nats = new NatsProcess(join(dir, 'nats'), natsPort, monitorPort);
    await nats.start();
    const env = {
      PORT: '0',
      NATS_URL: nats.url,
      NATS_MONITOR_URL: nats.monitorUrl,
      FFAPI_DATA_DIR: join(dir, 'data'),
      ADMIN_API_KEY: apiKey,
      LOG_LEVEL: 'warn',
    };
    const start = (): ServiceProcess => new ServiceProcess(env, join(dir, 'platform.log'));
    const template = await recordJob();
    // The streams are made as the platform makes them.
    const first = start();
    await first.ready;
    await first.end('SIGTERM');
    const connection = await connect({ servers: nats.url });
    const count = Math.ceil(commits / template.messages);
    const beganMs = Date.now() - count * jobEveryMs;
    await fillStore({
      connection,
      template,
      count,
      idsOf: jobIdsOf,
      startMsOf: (n) => beganMs + n * jobEveryMs,
    });
    await connection.close();
    const startMs = performance.now();
    const platform = start();
    const client = new Client(await platform.ready, apiKey);
    const readySeconds = secondsSince(startMs);
    type Analytics = { buckets: { submitted: number }[] };
    await until('every job is counted', 120, async () => {
      const answer = await client.call<Analytics>('GET', '/v1/jobs/analytics');
      return answer?.body.buckets.reduce((sum, { submitted }) => sum + submitted, 0) === count;
    });
    const caughtUpSeconds = secondsSince(startMs);
    const rssMiB = rssMiBOf(platform.pid) ?? 0;
    await platform.end('SIGTERM');
    await nats.end('SIGTERM');
    const figures = { jobs: count, commits: count * template.messages, readySeconds, caughtUpSeconds, rssMiB };
    demand(readySeconds <= readySecondsMax && rssMiB <= rssMiBMax, JSON.stringify(figures));
    return figures;
  },
};
