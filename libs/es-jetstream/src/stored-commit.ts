import { hash } from 'node:crypto';
import {
  commitRecord,
  EventStoreCorrupt,
  type Commit,
  type DomainEvent,
  type Head,
  type RecordedCommit,
} from '@ffapi/es';

/** Header with the digest of the data, so that a changed byte is noticed in every read and not only by the next commit. */
export const hashHeader = 'Ffapi-Hash';

type EncodedChain = Pick<RecordedCommit, 'version' | 'previousHash'>;

export interface EncodedCommit extends EncodedChain {
  readonly data: Buffer;
  readonly hash: string;
}

/** The bytes under which a commit is stored, with their place in the stream's chain. */
export const encodeCommit = (head: Head | null, commit: Commit): EncodedCommit => {
  const record = commitRecord(head, commit);
  const { version, previousHash } = record;
  const data = Buffer.from(JSON.stringify(record));
  return { data, version, previousHash, hash: hash('sha256', data) };
};

export interface StoredMessage {
  readonly data: Uint8Array;
  readonly stream: string;
  readonly position: number;
  readonly expectedHash: string | undefined;
}

/** The commit of a stored message; throws `EventStoreCorrupt` when its bytes are not those that were written. */
export const decodeCommit = <E extends DomainEvent>(message: StoredMessage): RecordedCommit<E> => {
  const { data, stream, position, expectedHash } = message;
  const actualHash = hash('sha256', data);
  if (actualHash !== expectedHash) {
    throw new EventStoreCorrupt(`the commit at position ${position} of ${stream} is not what was written`);
  }
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
  // Assigned rather than spread: replays pass through here a hundred thousand times a second.
  return Object.assign(JSON.parse(text) as Commit<E> & EncodedChain, { stream, position, hash: actualHash });
};
