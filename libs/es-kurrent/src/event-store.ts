import { hash, randomUUID } from 'node:crypto';
import { ensureSubject } from '@ffapi/contracts';
import {
  commitRecord,
  ConcurrencyConflict,
  EventStoreCorrupt,
  EventStoreUnavailable,
  patternsRegex,
  type Commit,
  type DomainEvent,
  type EventStore,
  type Head,
  type ReadOptions,
  type RecordedCommit,
} from '@ffapi/es';
import {
  BACKWARDS,
  END,
  eventTypeFilter,
  jsonEvent,
  KurrentDBClient,
  NO_STREAM,
  START,
  StreamNotFoundError,
  streamNameFilter,
  WrongExpectedVersionError,
  type ResolvedEvent,
} from '@kurrent/kurrentdb-client';
import { within, withinEach } from './availability.ts';
import { commitType, decodeRecord, recordId, storedBytes } from './commit-record.ts';

export interface KurrentEventStoreOptions {
  /** A connection string such as `kurrentdb://localhost:2113?tls=false`. */
  readonly url: string;
  readonly timeoutMs?: number | undefined;
}

const batchMax = 500;
const identityStream = 'ffapi-store';
const identityType = 'store-identity';

const decodeResolved = <E extends DomainEvent>({ event }: ResolvedEvent): RecordedCommit<E> | null =>
  event?.type === commitType
    ? decodeRecord<E>({
        data: event.data,
        metadata: event.metadata,
        stream: event.streamId,
        position: event.position?.commit,
      })
    : null;

const ensureChained = (commits: readonly RecordedCommit[]): void => {
  for (const [i, commit] of commits.entries()) {
    if (commit.version !== i + 1 || commit.previousHash !== (commits[i - 1]?.hash ?? '')) {
      throw new EventStoreCorrupt(`the chain of ${commit.stream} breaks at position ${commit.position}`);
    }
  }
};

const isMissingStream = (error: unknown): boolean =>
  error instanceof StreamNotFoundError ||
  (error instanceof EventStoreUnavailable && error.cause instanceof StreamNotFoundError);

/** The event store on KurrentDB: one stream per aggregate, one record per commit; positions are those of `$all`. */
export const createKurrentEventStore = ({ url, timeoutMs = 5_000 }: KurrentEventStoreOptions): EventStore => {
  const client = KurrentDBClient.connectionString(url);
  const closed = new AbortController();

  const records = async (stream: string): Promise<ResolvedEvent[]> => {
    const found: ResolvedEvent[] = [];
    try {
      for await (const event of withinEach(timeoutMs, client.readStream(ensureSubject(stream)))) found.push(event);
    } catch (error) {
      if (!isMissingStream(error)) throw error;
    }
    return found;
  };

  const load = async <E extends DomainEvent>(stream: string) => {
    const commits = (await records(stream)).map(decodeResolved<E>).filter((commit) => commit !== null);
    ensureChained(commits);
    return { commits, head: commits.at(-1) ?? null };
  };

  const known = async <E extends DomainEvent>(stream: string, id: string): Promise<RecordedCommit<E> | undefined> =>
    (await load<E>(stream)).commits.find((commit) => commit.id === id);

  const write = async <E extends DomainEvent>(
    stream: string,
    head: Head | null,
    commit: Commit<E>,
  ): Promise<RecordedCommit<E>> => {
    const record = commitRecord(head, commit);
    const bytes = storedBytes(record);
    const digest = hash('sha256', bytes);
    const data = JSON.parse(bytes.toString()) as Record<string, unknown>;
    const event = jsonEvent({ id: recordId(stream, commit.id), type: commitType, data, metadata: { hash: digest } });
    const streamState = head === null ? NO_STREAM : BigInt(head.version - 1);
    const { position } = await client.appendToStream(stream, event, { streamState });
    return decodeRecord<E>({ data, metadata: { hash: digest }, stream, position: position?.commit });
  };

  const append = async <E extends DomainEvent>(
    stream: string,
    head: Head | null,
    commit: Commit<E>,
  ): Promise<RecordedCommit<E>> => {
    ensureSubject(stream);
    // At the current revision the database would store a repeated id a second time.
    const repeated = head === null ? undefined : await known<E>(stream, commit.id);
    if (repeated) return repeated;
    try {
      return await within(timeoutMs, () => write(stream, head, commit));
    } catch (error) {
      if (!(error instanceof EventStoreUnavailable) || !(error.cause instanceof WrongExpectedVersionError)) throw error;
    }
    const stored = await known<E>(stream, commit.id);
    if (stored) return stored;
    throw new ConcurrencyConflict(stream);
  };

  const filterOf = (streams: readonly string[] | undefined) =>
    streams ? streamNameFilter({ regex: patternsRegex(streams) }) : eventTypeFilter({ prefixes: [commitType] });
  const fromPosition = (after: number) => (after === 0 ? START : { commit: BigInt(after), prepare: BigInt(after) });

  const lastPosition = () =>
    within(timeoutMs, async () => {
      const options = { direction: BACKWARDS, fromPosition: END, maxCount: 1, filter: filterOf(undefined) } as const;
      for await (const { event } of client.readAll(options)) return Number(event?.position?.commit ?? 0);
      return 0;
    });

  async function* readToEnd({ after, streams }: ReadOptions): AsyncGenerator<RecordedCommit[]> {
    const last = await lastPosition();
    let batch: RecordedCommit[] = [];
    const all = client.readAll({ fromPosition: fromPosition(after), filter: filterOf(streams) });
    for await (const resolved of withinEach(timeoutMs, all)) {
      const commit = decodeResolved(resolved);
      if (commit && commit.position > last) break;
      // A read from a position includes what lies there.
      if (commit && commit.position > after) batch.push(commit);
      if (batch.length < batchMax) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  async function* follow({ after, streams }: ReadOptions, signal: AbortSignal): AsyncGenerator<RecordedCommit[]> {
    if (signal.aborted) return;
    const subscription = client.subscribeToAll({ fromPosition: fromPosition(after), filter: filterOf(streams) });
    const end = () => void subscription.destroy();
    signal.addEventListener('abort', end, { once: true });
    try {
      for await (const resolved of withinEach(null, subscription)) {
        const commit = decodeResolved(resolved);
        if (commit && commit.position > after) yield [commit];
        if (signal.aborted) return;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', end);
      await subscription.unsubscribe().catch(() => {});
    }
  }

  const read = async function* (options: ReadOptions): AsyncGenerator<RecordedCommit[]> {
    const signal = options.signal ? AbortSignal.any([options.signal, closed.signal]) : closed.signal;
    if (options.follow) return yield* follow(options, signal);
    for await (const batch of readToEnd(options)) {
      if (signal.aborted) return;
      yield batch;
    }
  };

  const incarnation = async (): Promise<string> => {
    const identity = jsonEvent({ type: identityType, data: { id: randomUUID() } });
    const [stored] = await records(identityStream);
    if (stored?.event) return (stored.event.data as { id: string }).id;
    try {
      await within(timeoutMs, () => client.appendToStream(identityStream, identity, { streamState: NO_STREAM }));
    } catch (error) {
      if (!(error instanceof EventStoreUnavailable) || !(error.cause instanceof WrongExpectedVersionError)) throw error;
    }
    return incarnation();
  };

  return {
    load,
    append,
    read: read as EventStore['read'],
    lastPosition,
    incarnation,
    close: async () => {
      closed.abort();
      await client.dispose();
    },
  };
};
