import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { openBucket } from './bucket.ts';

export interface LeaseOptions {
  readonly connection: NatsConnection;
  readonly name: string;
  readonly holder: string;
  /** A holder that stops renewing loses the lease after this long. */
  readonly ttlMs?: number | undefined;
  /**
   * Called with a signal that aborts when the lease is lost; resolves when the work has stopped. Work that ends before
   * gives the lease back: whoever is next may have more luck.
   */
  readonly onHeld: (signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

export interface Lease {
  /** Whether nobody else can hold it: a process that stood still for too long has lost it before it is told. */
  isHeld(): boolean;
  release(): Promise<void>;
}

/** Before another turn is asked for after one that went wrong. */
const restMs = 500;

const openLeases = (connection: NatsConnection, ttlMs: number): Promise<KV> =>
  openBucket(connection, `LEASES_${ttlMs}`, { ttl: ttlMs, history: 1 });

/**
 * Holds a named lease for as long as this process lives, waiting for its turn. Time is the broker's: an entry ends
 * `ttlMs` after its last renewal by the server's clock.
 */
export const holdLease = (options: LeaseOptions): Lease => {
  const ttlMs = options.ttlMs ?? 6_000;
  const stop = new AbortController();
  let isHeld = false;
  let renewedAt = 0;

  const turn = async (kv: KV): Promise<void> => {
    const taken = await acquire(kv, options, ttlMs, stop.signal);
    if (taken === null) return;
    let { revision } = taken;
    renewedAt = taken.askedAt;
    const giveBack = () => kv.delete(options.name, { previousSeq: revision }).catch(() => {});
    // It may have been released while it was acquired.
    if (stop.signal.aborted) return void (await giveBack());
    isHeld = true;
    const lost = new AbortController();
    const over = AbortSignal.any([stop.signal, lost.signal]);
    let hasGivenUp = false;
    const work = options
      .onHeld(over)
      .catch(options.onError)
      .finally(() => {
        hasGivenUp = !over.aborted;
        lost.abort();
      });
    while (!over.aborted) {
      await pause(ttlMs / 3, over);
      if (over.aborted) break;
      try {
        const askedAt = performance.now();
        revision = await kv.update(options.name, options.holder, revision);
        renewedAt = askedAt;
      } catch (error) {
        const isTaken = (error as { code?: number }).code === 10071;
        // The broker may be away for a moment: the lease is surely gone only when its time is over.
        if (isTaken || performance.now() - renewedAt > ttlMs) lost.abort();
        options.onError(error);
      }
    }
    isHeld = false;
    await work;
    if (stop.signal.aborted || hasGivenUp) await giveBack();
    if (hasGivenUp) await pause(restMs, stop.signal);
  };

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted && !options.connection.isClosed()) {
      try {
        await turn(await openLeases(options.connection, ttlMs));
      } catch (error) {
        if (stop.signal.aborted || options.connection.isClosed()) return;
        options.onError(error);
        await pause(restMs, stop.signal);
      }
    }
  };
  const ended = run();
  return {
    isHeld: () => isHeld && performance.now() - renewedAt < ttlMs,
    release: async () => {
      stop.abort();
      await ended;
    },
  };
};

interface Taken {
  readonly revision: number;
  /** By this process's clock; the broker's time begins after it. */
  readonly askedAt: number;
}

const acquire = async (kv: KV, options: LeaseOptions, ttlMs: number, signal: AbortSignal): Promise<Taken | null> => {
  while (!signal.aborted) {
    const entry = await kv.get(options.name);
    if (entry === null || entry.operation !== 'PUT') {
      try {
        const askedAt = performance.now();
        return { revision: await kv.create(options.name, options.holder), askedAt };
      } catch (error) {
        if ((error as { code?: number }).code !== 10071 && !/wrong last sequence/.test(String(error))) throw error;
      }
    }
    await pause(ttlMs / 6, signal);
  }
  return null;
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
