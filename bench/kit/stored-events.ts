import { jetstreamManager, type JetStreamManager, type StoredMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

interface CommitText {
  readonly events: readonly { readonly type: string; readonly data: Readonly<Record<string, unknown>> }[];
}

/** An event with the time at which the event store wrote it down. */
export interface StoredEvent {
  readonly subject: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly storedAtMs: number;
}

/** Milliseconds of an RFC 3339 time, with the nanoseconds that `Date` drops. */
export const preciseMs = (time: string): number => {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  return Date.parse(time.replace(/\.\d+/, '')) + 1000 * Number(`0.${fraction || '0'}`);
};

const messagesOf = async (manager: JetStreamManager, subject: string): Promise<StoredMsg[]> => {
  const found: StoredMsg[] = [];
  for (let seq = 1; ;) {
    // The server takes both together; the client's types know them only one at a time.
    const next = { seq, next_by_subj: subject } as { seq: number };
    const message = await manager.streams.getMessage('EVENTS', next).catch(() => null);
    if (!message) return found;
    found.push(message);
    seq = message.seq + 1;
  }
};

/** The stored messages of these subjects, in order. */
export const storedMessages = async (connection: NatsConnection, subjects: readonly string[]): Promise<StoredMsg[]> => {
  const manager = await jetstreamManager(connection);
  const messages = await Promise.all(subjects.map((subject) => messagesOf(manager, subject)));
  return messages.flat().toSorted((a, b) => a.seq - b.seq);
};

/** What happened to a job and its tasks, in order, by the clock of the event store. */
export const storedEvents = async (connection: NatsConnection, jobId: string): Promise<StoredEvent[]> => {
  const messages = await storedMessages(connection, [`evt.job.${jobId}`, `evt.task.${jobId}.*`]);
  return messages.flatMap((message) =>
    message.json<CommitText>().events.map(({ type, data }) => ({
      subject: message.subject,
      type,
      data,
      storedAtMs: preciseMs(message.timestamp),
    })),
  );
};
