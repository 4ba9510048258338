import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import { openRuntime, type Runtime, type ServiceContext } from '@ffapi/service-kit';
import { createMetrics } from '@ffapi/telemetry';
import { startNats, type TestNats } from '@ffapi/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { User } from '../people/user.decider.ts';
import { Attempts } from './attempts.state.ts';
import { Counters } from '../requests/counters.state.ts';
import { Sessions } from './sessions.state.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-sessions-'));
const minuteMs = 60_000;
let nats: TestNats;
let runtime: Runtime;
let context: ServiceContext;
let nowMs = 0;

beforeAll(async () => {
  nats = await startNats();
  const config = loadConfig({ FFAPI_DATA_DIR: dir, LOG_LEVEL: 'silent' });
  runtime = await openRuntime({ config, natsUrl: nats.url, monitorUrl: nats.monitorUrl, metrics: createMetrics() });
  context = { ...runtime.context('gateway'), now: () => new Date(nowMs).toISOString() };
});

afterAll(async () => {
  await runtime.close();
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
});

beforeEach(() => {
  nowMs = Date.parse('2026-03-01T10:00:00Z');
});

const user = { userId: 'user_ada0', epoch: 3 } as User;

it('a session is found by its token while it is used, at most for a week', async () => {
  const sessions = await Sessions.open(context);
  const { token, session } = await sessions.begin(user);
  expect(session).toMatchObject({ userId: 'user_ada0', epoch: 3 });
  expect(await sessions.find(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).toBeNull();
  expect(await sessions.find(session.digest)).toBeNull();
  for (let hours = 0; hours < 7 * 24; hours += 11) {
    const found = await sessions.find(token);
    expect(found?.seenAt).toBe(context.now());
    nowMs += 11 * 60 * minuteMs;
  }
  expect(await sessions.find(token)).toBeNull();
});

it('a session that nobody uses ends after twelve hours', async () => {
  const sessions = await Sessions.open(context);
  const { token } = await sessions.begin(user);
  nowMs += 12 * 60 * minuteMs - 1;
  expect(await sessions.find(token)).not.toBeNull();
  nowMs += 12 * 60 * minuteMs;
  expect(await sessions.find(token)).toBeNull();
});

it('a session that was ended does not come back by a use that came at the same time', async () => {
  const sessions = await Sessions.open(context);
  for (let round = 0; round < 20; round++) {
    const { token, session } = await sessions.begin(user);
    nowMs += 6 * minuteMs;
    await Promise.all([sessions.find(token), sessions.end(session.digest), sessions.find(token)]);
    expect(await sessions.find(token)).toBeNull();
  }
});

it('tries are five in a window for all replicas, counted before they are looked at', async () => {
  const replicas = [await Counters.open(context), await Counters.open(context)].map(
    (counters) => new Attempts(counters, 'login'),
  );
  const tries = await Promise.allSettled(
    Array.from({ length: 12 }, (_, n) => (replicas[n % 2] as Attempts).count(['ada'])),
  );
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  const [refused] = tries.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  expect(refused?.reason).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 900 });
});

it('tries that are taken back are not counted, of those who have some left', async () => {
  const attempts = new Attempts(await Counters.open(context), 'totp');
  for (let n = 0; n < 20; n++) await (await attempts.count(['ada', '192.0.2.1']))();
  for (let n = 0; n < 5; n++) await attempts.count(['ada']);
  await expect(attempts.count(['ada'])).rejects.toMatchObject({ code: 'rate_limited' });
  await attempts.count(['192.0.2.1']);
});
