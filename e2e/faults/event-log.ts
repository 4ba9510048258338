import { appendFileSync, writeFileSync } from 'node:fs';
import { DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { StoredMessage } from './checker.ts';

/** Writes every message of EVENTS as it is stored, one JSON line each, and gives their number. */
export const dumpEvents = async (natsUrl: string, file: string): Promise<number> => {
  writeFileSync(file, '');
  const connection = await connect({ servers: natsUrl });
  try {
    const { state } = await (await jetstreamManager(connection)).streams.info('EVENTS');
    if (state.messages === 0) return 0;
    const consumer = await jetstream(connection).consumers.get('EVENTS', {
      deliver_policy: DeliverPolicy.All,
    });
    const messages = await consumer.consume();
    for await (const message of messages) {
      const { seq, subject, time } = message;
      const hash = message.headers?.get('Ffapi-Hash') ?? '';
      const line: StoredMessage = {
        position: seq,
        subject,
        storedAtMs: time.getTime(),
        hash,
        data: message.string(),
      };
      appendFileSync(file, `${JSON.stringify(line)}\n`);
      if (seq >= state.last_seq) break;
    }
    return state.messages;
  } finally {
    await connection.close();
  }
};
