import { randomUUID } from 'node:crypto';
import type { Msg, NatsConnection } from '@nats-io/transport-node';

/** Less than the broker takes in one message, which it tells when it is connected to. */
const partOf = (connection: NatsConnection): number => (connection.info?.max_payload ?? 2 ** 20) - 2 ** 14;
/** How long an answer is kept for who asked for it. */
const keptMs = 10_000;

/** Where an answer lies that is too large for one message, and in how many parts it comes. */
interface Parts {
  readonly at: string;
  readonly count: number;
}

/** Answers with the data, or, when the broker would not take it, with where its parts can be had once. */
export const respond = (connection: NatsConnection, message: Msg, data: string | Uint8Array): void => {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  const size = partOf(connection);
  if (bytes.length <= size) return void message.respond(bytes);
  const parts: Parts = { at: `_INBOX.${randomUUID()}`, count: Math.ceil(bytes.length / size) };
  const subscription = connection.subscribe(parts.at, {
    max: 1,
    timeout: keptMs,
    callback: (error, asked) => {
      if (error) return subscription.unsubscribe();
      for (let i = 0; i < parts.count; i++) asked.respond(bytes.subarray(i * size, (i + 1) * size));
    },
  });
  message.respond(JSON.stringify({ parts }));
};

/** The answer that a message is, or tells the place of. */
export const readReply = async <T extends object>(
  connection: NatsConnection,
  message: Msg,
  timeoutMs: number,
): Promise<T> => {
  const reply = message.json<T | { readonly parts: Parts }>();
  if (!('parts' in reply)) return reply;
  const { at, count } = reply.parts;
  const asking = { strategy: 'count', maxMessages: count, maxWait: timeoutMs } as const;
  const pieces: Uint8Array[] = [];
  for await (const { data } of await connection.requestMany(at, '', asking)) pieces.push(data);
  if (pieces.length < count) throw new Error(`${pieces.length} of ${count} parts of an answer came`);
  return JSON.parse(Buffer.concat(pieces).toString('utf8')) as T;
};
