import { hash, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { ensureSubject } from '@ffapi/contracts';
import {
  commitRecord,
  ConcurrencyConflict,
  EventStoreUnavailable,
  streamMatcher,
  type Commit,
  type DomainEvent,
  type EventStore,
  type ReadOptions,
  type RecordedCommit,
} from '@ffapi/es';

const batchMax = 500;

/** An event store for unit tests that keeps JSON in memory; after `close` it is unavailable. */
export const createMemoryEventStore = (): EventStore => {
  const incarnation = randomUUID();
  const commits: RecordedCommit[] = [];
  const streams = new Map<string, RecordedCommit[]>();
  const readers = new Set<() => void>();
  const closed = new AbortController();
  setMaxListeners(0, closed.signal);

  const ensureOpen = () => {
    if (closed.signal.aborted) throw new EventStoreUnavailable('the store is closed');
  };
  const ofStream = (stream: string) => streams.get(ensureSubject(stream)) ?? [];
  const record = (stream: string, commit: Commit, previous: RecordedCommit | undefined): RecordedCommit => {
    const json = JSON.stringify(commitRecord(previous ?? null, commit));
    return { ...JSON.parse(json), stream, position: commits.length + 1, hash: hash('sha256', json) };
  };
  const appended = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        readers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      readers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });

  async function* read({ after, streams: patterns, follow = false, signal }: ReadOptions) {
    ensureOpen();
    const isWanted = streamMatcher(patterns);
    const stop = AbortSignal.any([closed.signal, ...(signal ? [signal] : [])]);
    const last = follow ? Number.POSITIVE_INFINITY : commits.length;
    for (let position = after; position < last && !stop.aborted;) {
      const slice = commits.slice(position, Math.min(position + batchMax, last));
      position += slice.length;
      const batch = slice.filter(({ stream }) => isWanted(stream));
      if (batch.length > 0) yield batch;
      else if (slice.length === 0) await appended(stop);
    }
  }

  return {
    load: async <E extends DomainEvent>(stream: string) => {
      ensureOpen();
      const loaded = [...ofStream(stream)] as RecordedCommit<E>[];
      return { commits: loaded, head: loaded.at(-1) ?? null };
    },
    append: async <E extends DomainEvent>(stream: string, head: { version: number } | null, commit: Commit<E>) => {
      ensureOpen();
      const earlier = ofStream(stream);
      const known = earlier.find(({ id }) => id === commit.id);
      if (known) return known as RecordedCommit<E>;
      if ((head?.version ?? 0) !== earlier.length) throw new ConcurrencyConflict(stream);
      const recorded = record(stream, commit, earlier.at(-1));
      commits.push(recorded);
      streams.set(stream, [...earlier, recorded]);
      for (const wake of readers) wake();
      return recorded as RecordedCommit<E>;
    },
    read: read as EventStore['read'],
    lastPosition: async () => {
      ensureOpen();
      return commits.length;
    },
    incarnation: async () => {
      ensureOpen();
      return incarnation;
    },
    close: async () => closed.abort(),
  };
};
