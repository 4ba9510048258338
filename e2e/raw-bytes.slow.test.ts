import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@ffapi/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ServiceProcess } from './faults/service-process.ts';
import { chanceOf } from './wire/chance.ts';
import { converse, type Conversation, type Heard } from './wire/converse.ts';
import { frames } from './wire/frames.ts';
import { faultIn } from './wire/judge.ts';
import { conversation, handshake, type Keys } from './wire/requests.ts';

const seed = Number(process.env.WIRE_SEED ?? 1);
const cases = Number(process.env.WIRE_CASES ?? 20_000);
/** One case of a run alone, by its number. */
const only = process.env.WIRE_ONLY === undefined ? null : Number(process.env.WIRE_ONLY);
/** Sockets that are open at a time. */
const lanes = 12;
/** Whoever has ended its side is answered and closed by then, on a busy machine. */
const limitMs = 10_000;

/** Conversations that stop in the middle, all at once; the limits of a connection are a second each. */
const leftOpen = 300;
const leftOpenMs = 30_000;

const dir = mkdtempSync(join(tmpdir(), 'ffapi-raw-bytes-'));
const logFile = join(dir, 'platform.log');
const admin = 'a-key-for-raw-bytes-0123456789';
let platform: ServiceProcess;
let url: string;
let metricsUrl: string;
let keys: Keys;
let jobId: string;

const call = async <T>(method: string, path: string, body: unknown, key = admin): Promise<T> => {
  const response = await fetch(url + path, {
    method,
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok, `${path}: ${response.status}`).toBe(true);
  return (await response.json()) as T;
};

beforeAll(async () => {
  const [metricsPort] = await freePorts(1);
  metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
  platform = new ServiceProcess(
    {
      FFAPI_DATA_DIR: join(dir, 'data'),
      PORT: '0',
      METRICS_PORT: String(metricsPort),
      ADMIN_API_KEY: admin,
      RATE_LIMIT_REQUESTS_PER_MINUTE: '0',
      REQUEST_HEADERS_SECONDS: '1',
      REQUEST_BODY_WINDOW_SECONDS: '1',
      KEEP_ALIVE_SECONDS: '1',
      MIN_FREE_SPACE_MB: '0',
      LOG_LEVEL: 'error',
    },
    logFile,
  );
  url = await platform.ready;
  const tenant = await call<{ id: string; api_key: string }>('POST', '/admin/api-keys', { name: 'raw bytes' });
  // What is taken waits for ever: nothing is to be encoded here.
  await call('PUT', `/admin/api-keys/${tenant.id}/quota`, { max_concurrent_jobs: 0 });
  keys = { admin, tenant: tenant.api_key };
  ({ job_id: jobId } = await call<{ job_id: string }>(
    'POST',
    '/v1/probe',
    { url: 'https://a.invalid/a.mp4' },
    keys.tenant,
  ));
});

afterAll(async () => {
  await platform.end('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
});

const caseOf = (n: number): Conversation => {
  const chance = chanceOf(seed * 1_000_003 + n);
  const pieces = chance.is(0.1) ? 2 + chance.int(3) : 1;
  if (!chance.is(0.12)) return { said: conversation(chance, keys), pieces };
  const said = handshake(`/v1/jobs/${jobId}/ws`, [`X-API-Key: ${keys.tenant}`]);
  return { said, after: frames(chance), pieces: 1 };
};

const told = (n: number, { said, after }: Conversation, heard: Heard, fault: string): string =>
  [
    `${fault} (WIRE_SEED=${seed} WIRE_ONLY=${n}, ${Math.round(heard.ms)} ms)`,
    `said  ${JSON.stringify(said.toString('latin1').slice(0, 2_000))}`,
    ...(after ? [`after ${after.toString('hex').slice(0, 400)}`] : []),
    `heard ${JSON.stringify(heard.text.slice(0, 1_000))}`,
  ].join('\n');

it(`closes what is left open (WIRE_SEED=${seed})`, async () => {
  const port = Number(new URL(url).port);
  const left = await Promise.all(
    Array.from({ length: leftOpen }, async (_, n) => {
      const each = { said: conversation(chanceOf(seed * 7_919 + n), keys), pieces: 1, isLeftOpen: true };
      const heard = await converse(port, each, leftOpenMs);
      return heard.isClosed ? [] : [told(n, each, heard, 'the connection stays open')];
    }),
  );
  expect(left.flat().join('\n\n')).toBe('');
});

it(`lives through ${cases} conversations that are no good HTTP (WIRE_SEED=${seed})`, { timeout: 300_000 }, async () => {
  const port = Number(new URL(url).port);
  const faults: string[] = [];
  const outcomes = new Map<string, number>();
  let ended: number | string | null = null;
  void platform.exited.then((how) => (ended = how));
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < cases && ended === null && faults.length < 10) {
      const n = next++;
      if (only !== null && n !== only) continue;
      const each = caseOf(n);
      const heard = await converse(port, each, limitMs);
      const fault = ended === null ? faultIn(heard) : `the process ended: ${ended}`;
      if (fault !== null) faults.push(told(n, each, heard, fault));
      const status = /^HTTP\/1\.1 (\d{3})/.exec(heard.text)?.[1] ?? 'none';
      outcomes.set(status, (outcomes.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const tally = [...outcomes].toSorted().map(([status, count]) => `${status} ${count}`);
  process.stdout.write(`WIRE_SEED=${seed}: ${tally.join(', ')}\n`);
  if (faults.length > 0) faults.push(readFileSync(logFile, 'utf8').slice(-8_000));
  expect(faults.join('\n\n')).toBe('');
  expect(ended).toBeNull();
  const metrics = await (await fetch(metricsUrl)).text();
  expect(/^ffapi_process_faults_total\{.+$/m.exec(metrics)?.[0]).toBeUndefined();
  // What was drawn got past the door, and did not stop there.
  if (only === null) expect([...outcomes.keys()]).toEqual(expect.arrayContaining(['101', '200', '400', '401', '404']));
});
