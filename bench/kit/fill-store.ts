import { jetstreamManager } from '@nats-io/jetstream';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import type { StoryMessage, StoryTemplate } from './history-template.ts';

export interface FillOptions {
  readonly connection: NatsConnection;
  readonly template: StoryTemplate;
  readonly count: number;
  /** The ids of the n-th story. */
  readonly idsOf: (n: number) => readonly string[];
  /** When the n-th story begins. */
  readonly startMsOf: (n: number) => number;
}

/** The server drops what waits in a stream beyond 10,000 messages: no more than a few of these are on their way. */
const batchMessages = 1_000;
const batchesMax = 4;

/** The headers that the event store reads a message by. */
export const headersOf = ({ hash }: StoryMessage): MsgHdrs => {
  const head = headers();
  head.set('Ffapi-Hash', hash);
  return head;
};

const storedMessages = async (connection: NatsConnection): Promise<number> =>
  (await (await jetstreamManager(connection)).streams.info('EVENTS')).state.messages;

/** Writes stories straight into the event store, many at once, and resolves when all are there; tells how many messages a second. */
export const fillStore = async (options: FillOptions): Promise<{ messagesPerSecond: number }> => {
  const { connection, template, count, idsOf, startMsOf } = options;
  const before = await storedMessages(connection);
  const startMs = performance.now();
  const unanswered: Promise<unknown>[] = [];
  let written = 0;
  for (let n = 0; n < count; n++) {
    for (const message of template.render(idsOf(n), startMsOf(n))) {
      const head = headersOf(message);
      written++;
      const isLast = written === count * template.messages;
      if (written % batchMessages !== 0 && !isLast) {
        connection.publish(message.subject, message.data, { headers: head });
        continue;
      }
      unanswered.push(connection.request(message.subject, message.data, { headers: head, timeout: 60_000 }));
      if (unanswered.length >= batchesMax || isLast) await unanswered.shift();
    }
  }
  await Promise.all(unanswered);
  const stored = (await storedMessages(connection)) - before;
  if (stored !== written) throw new Error(`${written} messages were written and ${stored} stored`);
  return { messagesPerSecond: written / ((performance.now() - startMs) / 1000) };
};
