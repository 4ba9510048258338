import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { keyTextBytes, keyTextOf, makeKeyText } from '@ffapi/api-keys';
import type { Benchmark, BenchOptions, Report } from './benchmark.ts';
import { startBenchPlatform, type BenchPlatform } from './kit/platform.ts';
import { reportRows } from './kit/report-rows.ts';
import { metricOf, paired, runRounds, type Metrics } from './kit/rounds.ts';
import { median, spreadOf } from './kit/statistics.ts';

const timeoutMs = 300_000;

const secretOf = (text: string): string => text.split('_')[2] ?? '';
const nameOf = (text: string): string => text.split('_')[1] ?? '';

/** A key that was never made: with the name of one that was, or of none. */
const wrongKey = (knownName: string | null): string => {
  const other = makeKeyText(randomBytes(keyTextBytes));
  return knownName === null ? other : keyTextOf(knownName, secretOf(other));
};

const askMs = async (agent: Agent, url: string, key: string): Promise<number> => {
  const startMs = performance.now();
  const sent = get(`${url}/v1/operations`, { agent, headers: { 'x-api-key': key } });
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  if (response.statusCode !== 401) throw new Error(`a wrong key was answered ${response.statusCode}`);
  return performance.now() - startMs;
};

/** Known and unknown names in turn, the first of each pair drawn by lot. */
const interleaved = async ({ url }: BenchPlatform, knownName: string, pairs: number): Promise<Metrics> => {
  await using stack = new AsyncDisposableStack();
  const agent = stack.adopt(new Agent({ keepAlive: true, maxSockets: 1 }), (each) => each.destroy());
  const [known, unknown]: [number[], number[]] = [[], []];
  for (let n = 0; n < pairs; n++) {
    const asks = [
      async () => known.push(await askMs(agent, url, wrongKey(knownName))),
      async () => unknown.push(await askMs(agent, url, wrongKey(null))),
    ];
    for (const ask of Math.random() < 0.5 ? asks : asks.toReversed()) await ask();
  }
  return { knownMs: median(known), unknownMs: median(unknown) };
};

const commitsOf = async ({ natsUrl }: BenchPlatform): Promise<number> => {
  const connection = await connect({ servers: natsUrl });
  const { state } = await (await jetstreamManager(connection)).streams.info('EVENTS');
  await connection.close();
  return state.last_seq;
};

/** Wrong keys with a name that is known and with one that is not: who guesses must learn nothing from the time. */
const run = async ({ rounds, isQuick, say }: BenchOptions): Promise<Report> => {
  await using stack = new AsyncDisposableStack();
  const env = { RATE_LIMIT_REQUESTS_PER_MINUTE: '0' };
  const platform = stack.adopt(await startBenchPlatform({ services: 'job,storage,gateway', env }), (each) =>
    each.stop(),
  );
  const { api_key } = await platform.post<{ api_key: string }>('/admin/api-keys', { name: 'known' });
  const pairs = isQuick ? 500 : 5_000;
  await interleaved(platform, nameOf(api_key), 500);
  const wrong = async (): Promise<Metrics> => {
    const before = await commitsOf(platform);
    const times = await interleaved(platform, nameOf(api_key), pairs);
    return { ...times, commits: (await commitsOf(platform)) - before };
  };
  const measured = await runRounds({
    rounds: Math.max(5, rounds),
    contenders: [{ name: 'wrong keys', timeoutMs, run: wrong }],
    onRound: ({ drift }) => say(`drift ${(100 * drift).toFixed(0)} %`),
  });
  const figure = (metric: string) => paired(measured, (each) => metricOf(each, 'wrong keys', metric));
  return reportRows(measured, {
    order: ['wrong keys'],
    columns: ['knownMs', 'unknownMs', 'commits'],
    measures: {
      'known name / unknown name': paired(
        measured,
        (each) => metricOf(each, 'wrong keys', 'knownMs') / metricOf(each, 'wrong keys', 'unknownMs'),
      ),
      'commits for 10,000 wrong keys, worst': spreadOf([(figure('commits').high * 5_000) / pairs]),
    },
    notes: [`${pairs * 2} wrong keys a round.`],
  });
};

export const wrongKeysBenchmark: Benchmark = { id: 'KEYS', title: 'Wrong keys tell nothing', run };
