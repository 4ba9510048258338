import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EventStoreCorrupt,
  EventStoreFull,
  EventStoreUnavailable,
  type Commit,
  type EventStore,
  type RecordedCommit,
} from '@ffapi/es';
import { commitOf } from '@ffapi/es-testing';
import { startNats, type TestNats } from '@ffapi/testkit';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection, type RequestOptions } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { verifyChain } from './chain.ts';
import { createJetStreamEventStore } from './event-store.ts';
import { ensureEventsStream } from './events-stream.ts';
import { decodeCommit, encodeCommit, hashHeader } from './stored-commit.ts';

const newStream = () => `job.${crypto.randomUUID()}`;

let nats: TestNats;
let connection: NatsConnection;
beforeAll(async () => {
  nats = await startNats();
  connection = await connect({ servers: nats.url });
});
afterAll(async () => {
  await connection.close();
  await nats.stop();
});

const openStore = (streamConnection = connection, timeoutMs = 2_000) =>
  createJetStreamEventStore({ connection: streamConnection, durability: 'trusted', timeoutMs });

/** The same commit again while its outcome is unknown. */
const appendSurely = async (
  store: EventStore,
  stream: string,
  head: RecordedCommit | null,
  commit: Commit,
): Promise<RecordedCommit> => {
  for (;;) {
    try {
      return await store.append(stream, head, commit);
    } catch (error) {
      if (!(error instanceof EventStoreUnavailable)) throw error;
    }
  }
};

/** A server of its own whose port and folder outlive a kill. */
const restartable = async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-nats-'));
  let server = await startNats({ storeDir: dir });
  const own = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 20 });
  onTestFinished(async () => {
    await own.close();
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  const port = Number(new URL(server.url).port);
  return {
    connection: own,
    killAndRestart: async () => {
      await server.kill();
      server = await startNats({ storeDir: dir, port });
    },
  };
};

describe('settings of the stream', () => {
  it('keep history from being dropped, deleted or purged', async () => {
    const { config } = await ensureEventsStream({ connection, maxBytes: 50_000_000 });
    expect(config).toMatchObject({
      storage: 'file',
      retention: 'limits',
      discard: 'new',
      deny_delete: true,
      deny_purge: true,
      allow_direct: true,
      max_msg_size: 262_144,
      duplicate_window: 120_000_000_000,
      max_age: 0,
      num_replicas: 1,
      max_bytes: 50_000_000,
    });
    const { streams } = await jetstreamManager(connection);
    await expect(streams.purge('EVENTS')).rejects.toThrow(/purge/);
  });

  it('agree when many processes start at once, and follow a changed limit', async () => {
    const fresh = { connection, streamName: 'RACED' };
    const { streams } = await jetstreamManager(connection);
    await streams.delete('EVENTS');
    const infos = await Promise.all(Array.from({ length: 8 }, () => ensureEventsStream(fresh)));
    expect(new Set(infos.map(({ config }) => config.metadata?.['ffapi-incarnation'])).size).toBe(1);
    const { config } = await ensureEventsStream({ ...fresh, maxBytes: 9_000_000 });
    expect(config.max_bytes).toBe(9_000_000);
    expect(config.metadata).toEqual(infos[0]!.config.metadata);
    await streams.delete('RACED');
  });
});

describe('a full store', () => {
  it('says so, tells how full it is, and still serves what it holds', async () => {
    const own = await startNats();
    const ownConnection = await connect({ servers: own.url });
    const store = await createJetStreamEventStore({
      connection: ownConnection,
      durability: 'trusted',
      maxBytes: 400_000,
    });
    const stream = newStream();
    let head: RecordedCommit | null = null;
    const fill = async () => {
      for (;;) head = await store.append(stream, head, commitOf({ pad: 'x'.repeat(100_000) }));
    };
    await expect(fill()).rejects.toThrow(EventStoreFull);
    const { bytes, bytesMax } = await store.usage();
    expect(bytesMax).toBe(400_000);
    expect(bytes).toBeGreaterThan(200_000);
    expect((await store.load(stream)).commits).toHaveLength(3);
    await ownConnection.close();
    await own.stop();
  });

  it('refuses a commit that is too big for a message', async () => {
    const store = await openStore();
    await expect(store.append(newStream(), null, commitOf('x'.repeat(300_000)))).rejects.toThrow(RangeError);
    await expect(store.append(newStream(), null, commitOf('x'.repeat(261_800)))).rejects.toThrow(RangeError);
    expect((await store.usage()).bytesMax).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a lost reply', () => {
  it('is answered with the first result, however far the stream has gone on', async () => {
    const store = await openStore();
    const stream = newStream();
    const commit = commitOf({ n: 1 });
    const request = async (subject: string, ...rest: [Uint8Array, RequestOptions]) => {
      const reply = await connection.request(subject, ...rest);
      if (subject.startsWith('evt.')) throw new Error('timeout');
      return reply;
    };
    const lossy = await openStore(Object.create(connection, { request: { value: request } }));
    await expect(lossy.append(stream, null, commit)).rejects.toThrow(EventStoreUnavailable);
    const recorded = await store.append(stream, null, commit);
    let head = recorded;
    for (let n = 2; n < 30; n++) head = await store.append(stream, head, commitOf({ n }));
    expect(await store.append(stream, null, commit)).toEqual(recorded);
  });
});

describe('a long stream', () => {
  it('is loaded whole, in several batches', async () => {
    const store = await openStore();
    const stream = newStream();
    let head: RecordedCommit | null = null;
    for (let n = 0; n < 1_001; n++) head = await store.append(stream, head, commitOf({ n }));
    const { commits } = await store.load(stream);
    expect(commits).toHaveLength(1_001);
    expect(commits.at(-1)).toEqual(head);
  });
});

describe('a killed server', () => {
  it('has lost nothing that was acknowledged, nor stored anything twice', async () => {
    const { connection: own, killAndRestart } = await restartable();
    const store = await openStore(own, 500);
    const acknowledged = new Set<string>();
    const milestones = [300, 600, 900, 1_200].map((count) => ({ count, reached: Promise.withResolvers<void>() }));
    let isOver = false;
    const write = async () => {
      const stream = newStream();
      for (let head: RecordedCommit | null = null; !isOver;) {
        head = await appendSurely(store, stream, head, commitOf());
        acknowledged.add(head.id);
        for (const { count, reached } of milestones) if (acknowledged.size >= count) reached.resolve();
      }
    };
    const writing = Promise.all(Array.from({ length: 32 }, write));
    for (const { reached } of milestones.slice(0, -1)) {
      await reached.promise;
      await killAndRestart();
    }
    await milestones.at(-1)!.reached.promise;
    isOver = true;
    await writing;

    const stored: string[] = [];
    for await (const batch of store.read({ after: 0 })) stored.push(...batch.map(({ id }) => id));
    expect(new Set(stored).size).toBe(stored.length);
    expect([...acknowledged].filter((id) => !stored.includes(id))).toEqual([]);
    expect(await verifyChain(store)).toMatchObject({ broken: null, commits: stored.length });
    console.log(`3 kills: ${acknowledged.size} acknowledged, 0 lost`);
  });

  it('is followed again once it is back', async () => {
    const { connection: own, killAndRestart } = await restartable();
    const store = await openStore(own, 500);
    const stream = newStream();
    const first = await store.append(stream, null, commitOf());
    const abort = new AbortController();
    const seen: number[] = [];
    const firstSeen = Promise.withResolvers<void>();
    const reading = (async () => {
      for await (const batch of store.read({ after: 0, follow: true, signal: abort.signal })) {
        seen.push(...batch.map(({ version }) => version));
        firstSeen.resolve();
        if (seen.includes(2)) abort.abort();
      }
    })();
    await firstSeen.promise;
    await killAndRestart();
    await appendSurely(store, stream, first, commitOf());
    await reading;
    expect(seen).toEqual([1, 2]);
  });

  it('ends a read that follows when the connection is closed', async () => {
    const own = await connect({ servers: nats.url });
    const store = await openStore(own);
    await store.append(newStream(), null, commitOf());
    const reading = (async () => {
      for await (const batch of store.read({ after: 0, follow: true })) if (batch.length > 0) await own.close();
    })();
    await expect(reading).rejects.toThrow(/closed/);
  });
});

describe('changed bytes', () => {
  const messageOf = ({ data, hash }: ReturnType<typeof encodeCommit>) => ({
    data,
    stream: 'job.a',
    position: 1,
    expectedHash: hash,
  });

  it('are noticed, every one of 1,000 flipped bits and 200 cut ends', () => {
    const encoded = encodeCommit(null, commitOf({ text: 'ü'.repeat(50) }));
    expect(decodeCommit(messageOf(encoded)).version).toBe(1);
    const places = randomBytes(4_000);
    for (let i = 0; i < 1_000; i++) {
      const data = Buffer.from(encoded.data);
      const place = places.readUInt32LE(i * 4) % (data.length * 8);
      data[place >> 3]! ^= 1 << (place & 7);
      expect(() => decodeCommit(messageOf({ ...encoded, data })), `bit ${place}`).toThrow(EventStoreCorrupt);
    }
    for (let length = 0; length < 200; length++) {
      const data = encoded.data.subarray(0, length);
      expect(() => decodeCommit(messageOf({ ...encoded, data }))).toThrow(EventStoreCorrupt);
    }
  });

  /** Puts a message into the stream that the adapter would not have written. */
  const forge = async (own: NatsConnection, stream: string, data: Uint8Array, digest: string) => {
    const head = headers();
    head.set(hashHeader, digest);
    await own.request(`evt.${stream}`, data, { headers: head, timeout: 2_000 });
  };

  it('stop loads and reads, and the chain report names the place', async () => {
    const { connection: own } = await restartable();
    const store = await openStore(own);
    const whole = await store.append(newStream(), null, commitOf());
    const stream = newStream();
    const encoded = encodeCommit(null, commitOf());
    await forge(own, stream, Buffer.from(String(encoded.data).replace('Noted', 'Noten')), encoded.hash);
    await expect(store.load(stream)).rejects.toThrow(EventStoreCorrupt);
    const { broken, commits } = await verifyChain(store);
    expect(commits).toBeLessThanOrEqual(1);
    expect(broken?.reason).toContain(stream);
    expect(broken?.reason).toContain(`position ${whole.position + 1}`);
  });

  it('with a digest of their own still break the chain', async () => {
    const { connection: own } = await restartable();
    const store = await openStore(own);
    const [rewritten, doubled] = [newStream(), newStream()];
    const first = await store.append(rewritten, null, commitOf());
    const other = encodeCommit({ ...first, hash: 'f'.repeat(64) }, commitOf());
    await forge(own, rewritten, other.data, other.hash);
    await expect(store.load(rewritten)).rejects.toThrow(/chain .* breaks/);
    expect(await verifyChain(store)).toMatchObject({ broken: { stream: rewritten, position: 2 }, commits: 1 });

    const again = encodeCommit(null, commitOf());
    await store.append(doubled, null, commitOf());
    await forge(own, doubled, again.data, again.hash);
    await expect(store.load(doubled)).rejects.toThrow(EventStoreCorrupt);
  });
});
