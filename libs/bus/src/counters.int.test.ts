import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNats } from '@ffapi/testkit';
import { expect, it } from 'vitest';
import { connectBus } from './connect.ts';
import { openCounters } from './counters.ts';
import { linkOf } from './link.ts';

const keptMs = 60_000;

it('add up exactly, for all who count together', async () => {
  const nats = await startNats();
  const [one, other] = await Promise.all([1, 2].map((n) => connectBus({ url: nats.url, name: `counter ${n}` })));
  const [add, addToo] = [await openCounters(one!, { keptMs }), await openCounters(other!, { keptMs })];
  const totals = await Promise.all(Array.from({ length: 200 }, (_, n) => (n % 2 ? add : addToo)('a.b.1', 1)));
  expect(new Set(totals).size).toBe(200);
  expect(Math.max(...totals)).toBe(200);
  expect(await add('a.b.1', -1)).toBe(199);
  expect(await addToo('a.b.2', 1)).toBe(1);
  await Promise.all([one?.close(), other?.close()]);
  await nats.stop();
});

it('go on after the broker has started anew', async () => {
  const storeDir = mkdtempSync(join(tmpdir(), 'ffapi-counters-'));
  const first = await startNats({ storeDir });
  const connection = await connectBus({ url: first.url, name: 'counter' });
  const add = await openCounters(connection, { keptMs });
  expect(await add('a.b.1', 1)).toBe(1);
  const isBack = new Promise<void>((resolve) => void linkOf(connection).onUp(resolve));
  await first.kill();
  const second = await startNats({ storeDir, port: Number(new URL(first.url).port) });
  await isBack;
  expect(await add('a.b.1', 1)).toBe(1);
  expect(await add('a.b.1', 1)).toBe(2);
  await connection.close();
  await second.stop();
  rmSync(storeDir, { recursive: true, force: true });
});
