import {
  ConcurrencyConflict,
  type Commit,
  type DomainEvent,
  type EventStore,
  type Head,
  type ReadOptions,
  type RecordedCommit,
} from '@ffapi/es';
import { whileUp } from '@ffapi/bus';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { appendError, available, wrongLastSequence, type ApiError } from './api-error.ts';
import { serverUsage, verifyDurability } from './durability.ts';
import {
  commitSizeBytesMax,
  ensureEventsStream,
  incarnationOf,
  subjectOf,
  type EventsStreamOptions,
} from './events-stream.ts';
import { findCommit, loadStream } from './load-stream.ts';
import { readEvents } from './read-events.ts';
import { encodeCommit, hashHeader, type EncodedCommit } from './stored-commit.ts';

export interface JetStreamEventStoreOptions extends EventsStreamOptions {
  /** `verified`: refuse to start unless the server syncs every write. `trusted`: the operator vouches for it. */
  readonly durability: 'verified' | 'trusted';
  readonly monitorUrl?: string | undefined;
}

export interface JetStreamEventStore extends EventStore {
  /** How full the store is: the stream where it has a limit, else its server; `bytesMax` is infinite where neither is known. Admission stops at 80 %. */
  usage(): Promise<{ readonly bytes: number; readonly bytesMax: number }>;
}

interface PubAck {
  readonly seq: number;
  readonly duplicate?: boolean;
  readonly error?: ApiError;
}

/** A machine that starts everything at once answers late; only one that is absent refuses at once. */
const startPatienceMs = 60_000;

/** The event store on JetStream: one stream, one subject per aggregate, one message per commit. */
export const createJetStreamEventStore = async (options: JetStreamEventStoreOptions): Promise<JetStreamEventStore> => {
  const { connection, streamName = 'EVENTS', timeoutMs = 5_000, durability, monitorUrl } = options;
  if (durability === 'verified') await verifyDurability(connection, monitorUrl, startPatienceMs);
  await available(() => ensureEventsStream(options));
  const manager: JetStreamManager = await jetstreamManager(connection, { timeout: timeoutMs, checkAPI: false });
  const closed = new AbortController();

  const reach = <T>(call: () => Promise<T>): Promise<T> => available(() => whileUp(connection, call));
  const info = () => reach(() => manager.streams.info(streamName));
  const lastPosition = async () => (await info()).state.last_seq;

  const publish = async (stream: string, position: number, id: string, encoded: EncodedCommit): Promise<PubAck> => {
    const head = headers();
    // Message ids are compared across the whole stream EVENTS: two aggregates may hold commits of one command.
    head.set('Nats-Msg-Id', `${stream}/${id}`);
    head.set('Nats-Expected-Stream', streamName);
    head.set('Nats-Expected-Last-Subject-Sequence', String(position));
    head.set(hashHeader, encoded.hash);
    const reply = await connection.request(subjectOf(stream), encoded.data, { headers: head, timeout: timeoutMs });
    return reply.json<PubAck>();
  };

  const append = async <E extends DomainEvent>(
    stream: string,
    head: Head | null,
    commit: Commit<E>,
  ): Promise<RecordedCommit<E>> => {
    const encoded = encodeCommit(head, commit);
    if (encoded.data.length > commitSizeBytesMax) throw new RangeError(`a commit to ${stream} is bigger than 256 KiB`);
    const ack = await publish(stream, head?.position ?? 0, commit.id, encoded);
    const isRepeat = ack.duplicate === true || (ack.error && wrongLastSequence.has(ack.error.err_code));
    if (isRepeat) {
      // A repeat of a stored commit is answered as a conflict, not as a duplicate: only the stream itself can tell.
      // One that knew the head it was stored at lies behind it.
      const after = ack.duplicate === true ? 0 : (head?.position ?? 0);
      const known = await findCommit<E>(manager, { streamName, stream, id: commit.id, after });
      if (known) return known;
      throw new ConcurrencyConflict(stream);
    }
    if (ack.error) throw appendError(stream, ack.error);
    const record = JSON.parse(encoded.data.toString()) as RecordedCommit<E>;
    return { ...record, stream, position: ack.seq, hash: encoded.hash };
  };

  const read = (reading: ReadOptions) => {
    const signal = reading.signal ? AbortSignal.any([reading.signal, closed.signal]) : closed.signal;
    return readEvents({ ...reading, signal, connection, streamName, timeoutMs, lastPosition });
  };

  return {
    load: <E extends DomainEvent>(stream: string) =>
      reach(async () => {
        const commits = await loadStream<E>(connection, streamName, stream, timeoutMs);
        return { commits, head: commits.at(-1) ?? null };
      }),
    append: (stream, head, commit) => reach(() => append(stream, head, commit)),
    read: read as EventStore['read'],
    lastPosition,
    incarnation: async () => incarnationOf(await info()),
    usage: async () => {
      const { state, config } = await info();
      if (config.max_bytes > 0) return { bytes: state.bytes, bytesMax: config.max_bytes };
      if (monitorUrl) return available(() => serverUsage(monitorUrl, timeoutMs));
      return { bytes: state.bytes, bytesMax: Number.POSITIVE_INFINITY };
    },
    close: async () => closed.abort(),
  };
};
