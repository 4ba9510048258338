import { hash } from 'node:crypto';
import {
  commitRecord,
  EventStoreCorrupt,
  type Commit,
  type CommitRecord,
  type DomainEvent,
  type RecordedCommit,
} from '@ffapi/es';

/** The type of every record that holds a commit; what else lies in the database is not ours. */
export const commitType = 'commit';

/** The very bytes of a stored commit. */
export const storedBytes = ({ version, previousHash, ...commit }: CommitRecord): Buffer =>
  Buffer.from(JSON.stringify(commitRecord({ version: version - 1, hash: previousHash }, commit)));

/** Database ids are UUIDs; a commit's own id is unique in its stream only. */
export const recordId = (stream: string, commitId: string): string => {
  const digest = hash('sha256', `${stream}/${commitId}`);
  const parts = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `8${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ];
  return parts.join('-');
};

export interface StoredRecord {
  readonly data: unknown;
  readonly metadata: unknown;
  readonly stream: string;
  readonly position: bigint | undefined;
}

/** The commit of a record; throws `EventStoreCorrupt` when it is not what was written. */
export const decodeRecord = <E extends DomainEvent>({
  data,
  metadata,
  stream,
  position,
}: StoredRecord): RecordedCommit<E> => {
  const digest = hash('sha256', JSON.stringify(data));
  if (digest !== (metadata as { hash?: string } | undefined)?.hash) {
    throw new EventStoreCorrupt(`the commit at position ${position} of ${stream} is not what was written`);
  }
  const record = data as CommitRecord & Commit<E>;
  return { ...record, stream, position: Number(position), hash: digest };
};
