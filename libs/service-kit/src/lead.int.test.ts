import { connectBus } from '@ffapi/bus';
import { createLogger } from '@ffapi/telemetry';
import { startNats, type TestNats } from '@ffapi/testkit';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lead, type Leading } from './lead.ts';

let nats: TestNats;
let connection: NatsConnection;
const log = createLogger({ level: 'silent', service: 'test', instance: 'test' });

beforeAll(async () => {
  nats = await startNats();
  connection = await connectBus({ url: nats.url, name: 'test' });
});

afterAll(async () => {
  await connection.close();
  await nats.stop();
});

const untilOver = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

it('leads in one process at a time, and stops what was opened, the last first, before the next one leads', async () => {
  const told: string[] = [];
  const work = (name: string, begun: () => void) => async (leading: Leading) => {
    const { signal, keep } = leading;
    for (const part of ['first', 'last']) keep({ stop: () => void told.push(`${name} stops its ${part}`) });
    told.push(`${name} leads`);
    begun();
    await untilOver(signal);
  };
  const [one, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const first = lead({ connection, log, instance: 'one' }, 'test', work('one', one.resolve));
  await one.promise;
  const second = lead({ connection, log, instance: 'other' }, 'test', work('other', other.resolve));
  expect([first.isLeading(), second.isLeading()]).toEqual([true, false]);
  await first.stop();
  await other.promise;
  expect(second.isLeading()).toBe(true);
  await second.stop();
  const turnOf = (name: string): string[] => [`${name} leads`, `${name} stops its last`, `${name} stops its first`];
  expect(told).toEqual([...turnOf('one'), ...turnOf('other')]);
});

it('work that fails is over for what it has begun, its parts stop, and another turn begins', async () => {
  const told: string[] = [];
  const again = Promise.withResolvers<void>();
  let turns = 0;
  const failing = lead({ connection, log, instance: 'one' }, 'failing', async ({ signal, keep }) => {
    turns += 1;
    if (turns > 1) return again.resolve();
    const begun = untilOver(signal).then(() => void told.push('what it had begun ends'));
    keep({ stop: () => begun });
    keep({
      stop: () => {
        told.push('a part fails to stop');
        throw new Error('stays');
      },
    });
    throw new Error('no luck');
  });
  await again.promise;
  await failing.stop();
  expect(told.toSorted()).toEqual(['a part fails to stop', 'what it had begun ends']);
});
