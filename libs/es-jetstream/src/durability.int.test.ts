import { startNats } from '@ffapi/testkit';
import { connect } from '@nats-io/transport-node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EventStoreNotDurable } from './durability.ts';
import { createJetStreamEventStore } from './event-store.ts';

const serverWith = async (syncInterval: string) => {
  const nats = await startNats({ syncInterval });
  const connection = await connect({ servers: nats.url });
  onTestFinished(async () => {
    await connection.close();
    await nats.stop();
  });
  return { connection, monitorUrl: nats.monitorUrl };
};

describe('the check at start', () => {
  it('refuses a server that syncs later, and names the line to add', async () => {
    const { connection, monitorUrl } = await serverWith('2m');
    const opening = createJetStreamEventStore({ connection, monitorUrl, durability: 'verified' });
    await expect(opening).rejects.toThrow(EventStoreNotDurable);
    await expect(opening).rejects.toThrow(/sync_interval: always.*nats\.conf/);
    const store = await createJetStreamEventStore({ connection, durability: 'trusted' });
    expect(await store.lastPosition()).toBe(0);
  });

  it('refuses when it cannot look, or looks at another server', async () => {
    const { connection, monitorUrl } = await serverWith('always');
    const open = (url: string | undefined) =>
      createJetStreamEventStore({ connection, monitorUrl: url, durability: 'verified' });
    await expect(open(undefined)).rejects.toThrow(/NATS_MONITOR_URL/);
    await expect(open('http://127.0.0.1:1')).rejects.toThrow(/does not answer/);
    const other = await serverWith('always');
    await expect(open(other.monitorUrl)).rejects.toThrow(/another server/);
    expect(await (await open(monitorUrl)).lastPosition()).toBe(0);
  });

  it('refuses an old server', async () => {
    const { connection, monitorUrl } = await serverWith('always');
    const old = Object.create(connection, { info: { value: { ...connection.info, version: '2.11.9' } } });
    const opening = createJetStreamEventStore({ connection: old, monitorUrl, durability: 'verified' });
    await expect(opening).rejects.toThrow(/2\.11\.9 is too old/);
  });
});

it('tells how full the server is where the stream has no limit of its own', async () => {
  const { connection, monitorUrl } = await serverWith('always');
  const store = await createJetStreamEventStore({ connection, monitorUrl, durability: 'verified' });
  const before = await store.usage();
  expect(before.bytesMax).toBeGreaterThan(0);
  expect(before.bytesMax).toBeLessThan(Number.POSITIVE_INFINITY);
  await store.append('job.a', null, {
    id: 'c1',
    occurredAt: '2026-01-01T00:00:00.000Z',
    correlationId: 'c',
    causationId: 'c',
    events: [{ type: 'Happened', version: 1, data: 'x'.repeat(10_000) }],
  });
  await expect.poll(async () => (await store.usage()).bytes).toBeGreaterThan(before.bytes + 10_000);
});
