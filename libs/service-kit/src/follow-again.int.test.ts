import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus } from '@ffapi/bus';
import type { EventStore, RecordedCommit } from '@ffapi/es';
import { createJetStreamEventStore } from '@ffapi/es-jetstream';
import { startNats } from '@ffapi/testkit';
import { expect, it } from 'vitest';
import { followAgain } from './follow-again.ts';

const resumeMsMax = 5_000;

const append = (store: EventStore, n: number): Promise<RecordedCommit> =>
  store.append(`job.${n}`, null, {
    id: `c${n}`,
    occurredAt: '2026-01-01T00:00:00.000Z',
    correlationId: 'c',
    causationId: 'c',
    events: [{ type: 'Happened', version: 1, data: { n } }],
  });

it('follows a store whose server was killed, and misses and repeats nothing', async () => {
  const storeDir = mkdtempSync(join(tmpdir(), 'ffapi-nats-'));
  const first = await startNats({ storeDir });
  const connection = await connectBus({ url: first.url, name: 'test' });
  const store = followAgain(await createJetStreamEventStore({ connection, durability: 'trusted' }), connection);
  const seen: string[] = [];
  const reading = new AbortController();
  const following = (async () => {
    for await (const commits of store.read({ after: 0, follow: true, signal: reading.signal }))
      seen.push(...commits.map(({ stream }) => stream));
  })();
  for (let n = 0; n < 3; n++) await append(store, n);
  await expect.poll(() => seen.length).toBe(3);
  await first.kill();
  const back = (async () => {
    for await (const { type } of connection.status()) if (type === 'reconnect') return;
  })();
  const second = await startNats({ storeDir, port: Number(new URL(first.url).port) });
  await back;
  const startMs = performance.now();
  for (let n = 3; n < 9; n++) await append(store, n);
  await expect.poll(() => seen).toEqual(Array.from({ length: 9 }, (_, n) => `job.${n}`));
  expect(performance.now() - startMs).toBeLessThan(resumeMsMax);
  reading.abort();
  await following;
  await connection.close();
  await second.stop();
  rmSync(storeDir, { recursive: true, force: true });
});
