import { setTimeout as delay } from 'node:timers/promises';
import { ensureSubject } from '@ffapi/contracts';
import { EventStoreCorrupt, type EventStore, type RecordedCommit } from '@ffapi/es';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { storedBytes } from './commit-record.ts';

/** Header with a commit's position in KurrentDB; wherever it is present, it is the position of the commit. */
export const positionHeader = 'Ffapi-Position';
const hashHeader = 'Ffapi-Hash';
const wrongLastSequence = 10071;
const retryMs = 500;

/** Calls `work` while this process holds the lease; see the projection runner. */
export type WithLease = (work: (held: AbortSignal) => Promise<void>, signal: AbortSignal) => Promise<void>;

export interface RelayOptions {
  readonly kurrent: EventStore;
  /** To a server that has the stream. */
  readonly connection: NatsConnection;
  readonly lease?: WithLease | undefined;
  readonly streamName?: string | undefined;
  readonly timeoutMs?: number | undefined;
  /** Called when one of both sides is away; the relay goes on when it is back. */
  readonly onRetry?: ((error: unknown) => void) | undefined;
}

export interface Relay {
  /** Of the newest commit that was published. */
  position(): number;
  stop(): Promise<void>;
}

interface Place {
  readonly sequence: number;
  readonly position: number;
}

/** The stream holds its own checkpoint: the position in the header of its last message. */
const placeOf = async (manager: JetStreamManager, streamName: string): Promise<Place> => {
  const { state } = await manager.streams.info(streamName);
  if (state.last_seq === 0) return { sequence: 0, position: 0 };
  const last = await manager.streams.getMessage(streamName, { seq: state.last_seq });
  const position = last?.header.get(positionHeader);
  if (!position) throw new EventStoreCorrupt(`the last message of ${streamName} was not published by a relay`);
  return { sequence: state.last_seq, position: Number(position) };
};

/** Another relay has published in between. */
class Overtaken extends Error {}

/** Publishes the commits of KurrentDB in their order, each exactly once: a second relay at work is refused by the sequence. */
export const createRelay = (options: RelayOptions): Relay => {
  const { kurrent, connection, lease, streamName = 'EVENTS', timeoutMs = 5_000, onRetry } = options;
  const stopping = new AbortController();
  let position = 0;

  const publish = async (commit: RecordedCommit, sequence: number): Promise<number> => {
    const head = headers();
    head.set('Nats-Msg-Id', `${commit.stream}/${commit.id}`);
    head.set('Nats-Expected-Last-Sequence', String(sequence));
    head.set(positionHeader, String(commit.position));
    head.set(hashHeader, commit.hash);
    const reply = await connection.request(ensureSubject(`evt.${commit.stream}`), storedBytes(commit), {
      headers: head,
      timeout: timeoutMs,
    });
    const ack = reply.json<{ seq: number; duplicate?: boolean; error?: { err_code: number; description: string } }>();
    if (ack.duplicate || ack.error?.err_code === wrongLastSequence) throw new Overtaken();
    if (ack.error) throw new Error(ack.error.description);
    return ack.seq;
  };

  const publishFrom = async (held: AbortSignal) => {
    const manager = await jetstreamManager(connection, { timeout: timeoutMs, checkAPI: false });
    let { sequence, position: after } = await placeOf(manager, streamName);
    position = after;
    for await (const batch of kurrent.read({ after, follow: true, signal: held })) {
      for (const commit of batch) {
        if (held.aborted) return;
        sequence = await publish(commit, sequence);
        position = commit.position;
      }
    }
  };

  const work = async (held: AbortSignal) => {
    while (!held.aborted) {
      try {
        await publishFrom(held);
      } catch (error) {
        if (error instanceof Overtaken || held.aborted) continue;
        onRetry?.(error);
        await delay(retryMs, undefined, { signal: held }).catch(() => {});
      }
    }
  };

  const ended = lease ? lease(work, stopping.signal) : work(stopping.signal);
  return {
    position: () => position,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
};
