import type { Commit, Head } from './event-store.ts';

/** A commit as it is stored: with its place in the chain of its stream. */
export interface CommitRecord extends Commit {
  readonly version: number;
  readonly previousHash: string;
}

/** The record whose JSON is stored; its order of keys is fixed, because the digest of the bytes depends on it. */
export const commitRecord = (head: Pick<Head, 'version' | 'hash'> | null, commit: Commit): CommitRecord => {
  const { id, occurredAt, correlationId, causationId, traceparent, origin, events } = commit;
  const version = (head?.version ?? 0) + 1;
  const previousHash = head?.hash ?? '';
  return { id, version, previousHash, occurredAt, correlationId, causationId, traceparent, origin, events };
};
