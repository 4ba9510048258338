import { EventStoreCorrupt, EventStoreUnavailable, type DomainEvent, type RecordedCommit } from '@ffapi/es';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { streamOf, subjectOf } from './events-stream.ts';
import { decodeCommit, hashHeader } from './stored-commit.ts';

const batchMax = 1_000;
const statusEndOfBatch = 204;
const statusNotFound = 404;

const decodeDirect = <E extends DomainEvent>(message: Msg): RecordedCommit<E> =>
  decodeCommit({
    data: message.data,
    stream: streamOf(message.headers?.get('Nats-Subject') ?? ''),
    position: Number(message.headers?.get('Nats-Sequence')),
    expectedHash: message.headers?.get(hashHeader),
  });

const ensureChained = (commits: readonly RecordedCommit[]): void => {
  for (const [i, commit] of commits.entries()) {
    const previousHash = commits[i - 1]?.hash ?? '';
    if (commit.version !== i + 1 || commit.previousHash !== previousHash) {
      throw new EventStoreCorrupt(`the chain of ${commit.stream} breaks at position ${commit.position}`);
    }
  }
};

/** All commits of one stream in a single round trip (per thousand). */
export const loadStream = async <E extends DomainEvent>(
  connection: NatsConnection,
  streamName: string,
  stream: string,
  timeoutMs: number,
): Promise<RecordedCommit<E>[]> => {
  const commits: RecordedCommit<E>[] = [];
  for (let isComplete = false; !isComplete;) {
    const query = { seq: (commits.at(-1)?.position ?? 0) + 1, next_by_subj: subjectOf(stream), batch: batchMax };
    const countBefore = commits.length;
    // The client's own getBatch leaves its subscription behind on every call; one through the shared inbox does not.
    const replies = await connection.requestMany(`$JS.API.DIRECT.GET.${streamName}`, JSON.stringify(query), {
      strategy: 'sentinel',
      maxWait: timeoutMs,
    });
    let status: number | undefined;
    for await (const reply of replies) {
      if (reply.data.length > 0) commits.push(decodeDirect<E>(reply));
      else status = reply.headers?.code;
    }
    if (status !== statusEndOfBatch && status !== statusNotFound) {
      throw new EventStoreUnavailable(`no complete answer while loading ${stream} (status ${status ?? 'none'})`);
    }
    isComplete = status === statusNotFound || commits.length - countBefore < batchMax;
  }
  ensureChained(commits);
  return commits;
};

/**
 * The commit with this id in a stream behind a position, asked of the stream's leader one by one: a replica that answers
 * `loadStream` may not have seen it yet.
 */
export const findCommit = async <E extends DomainEvent>(
  manager: JetStreamManager,
  { streamName, stream, id, after }: { streamName: string; stream: string; id: string; after: number },
): Promise<RecordedCommit<E> | null> => {
  for (let position = after + 1; ;) {
    const query = { seq: position, next_by_subj: subjectOf(stream) };
    const stored = await manager.streams.getMessage(streamName, query);
    if (!stored) return null;
    const expectedHash = stored.header.get(hashHeader);
    const commit = decodeCommit<E>({ data: stored.data, stream, position: stored.seq, expectedHash });
    if (commit.id === id) return commit;
    position = stored.seq + 1;
  }
};
