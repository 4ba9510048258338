import type { DomainEvent, RecordedCommit } from '@ffapi/es';
import type { JsMsg } from '@nats-io/jetstream';
import { streamOf } from './events-stream.ts';
import { decodeCommit, hashHeader } from './stored-commit.ts';

/** Where KurrentDB holds the events, its relay writes their position there into this header. */
const positionHeader = 'Ffapi-Position';

/** The commit in a message of the stream EVENTS, for consumers of their own; throws `EventStoreCorrupt` for changed bytes. */
export const commitOfMessage = <E extends DomainEvent>(message: JsMsg): RecordedCommit<E> =>
  decodeCommit<E>({
    data: message.data,
    stream: streamOf(message.subject),
    position: Number(message.headers?.get(positionHeader) || message.seq),
    expectedHash: message.headers?.get(hashHeader),
  });
