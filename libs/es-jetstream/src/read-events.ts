import { EventStoreUnavailable, streamMatcher, type ReadOptions, type RecordedCommit } from '@ffapi/es';
import { jetstream, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { available } from './api-error.ts';
import { filtersOf, streamOf } from './events-stream.ts';
import { decodeCommit, hashHeader } from './stored-commit.ts';

const batchMax = 500;

export interface ReadEventsOptions extends ReadOptions {
  readonly connection: NatsConnection;
  readonly streamName: string;
  readonly timeoutMs: number;
  readonly lastPosition: () => Promise<number>;
}

const decodeMessage = (message: JsMsg): RecordedCommit =>
  decodeCommit({
    data: message.data,
    stream: streamOf(message.subject),
    position: message.seq,
    expectedHash: message.headers?.get(hashHeader),
  });

/** What has arrived by now, as one batch: nothing waits for a batch to fill. */
async function* inBatches(messages: AsyncIterable<JsMsg>): AsyncGenerator<JsMsg[]> {
  const iterator = messages[Symbol.asyncIterator]();
  let next = iterator.next();
  for (;;) {
    const first = await next;
    if (first.done) return;
    const batch = [first.value];
    next = iterator.next();
    // Buffered messages resolve as microtasks, all of them before the next turn of the event loop.
    const idle = new Promise<null>((resolve) => setImmediate(resolve, null));
    while (batch.length < batchMax) {
      const ready = await Promise.race([next, idle]);
      if (ready === null || ready.done) break;
      batch.push(ready.value);
      next = iterator.next();
    }
    yield batch;
  }
}

/**
 * With several filters the server goes from match to match, 10 to 20 times slower than through all (2.15.1): what is
 * not wanted is then left out here.
 */
const openConsumer = async ({ connection, streamName, after, timeoutMs }: ReadEventsOptions, filters: string[]) => {
  const js = jetstream(connection, { timeout: timeoutMs });
  const consumer = await js.consumers.get(streamName, {
    opt_start_seq: after + 1,
    filter_subjects: filters.length === 1 ? filters : filtersOf(undefined),
  });
  return { consumer, pending: (await consumer.info(true)).num_pending };
};

/** Ends the messages when none came for a while: a read with an end must not wait for a lost server. */
const stallGuard = (messages: ConsumerMessages, timeoutMs: number) => {
  let isStalled = false;
  const timer = setTimeout(() => {
    isStalled = true;
    void messages.close();
  }, timeoutMs);
  return { moved: () => timer.refresh(), stop: () => clearTimeout(timer), isStalled: () => isStalled };
};

/**
 * Commits through an ordered consumer, which alone is safe: a plain subscriber would also see appends that the
 * stream refused. The consumer survives a reconnect and goes on behind the last commit given.
 */
export async function* readEvents(options: ReadEventsOptions): AsyncGenerator<RecordedCommit[]> {
  const { after, follow = false, signal, timeoutMs } = options;
  if (signal?.aborted) return;
  const last = follow ? Number.POSITIVE_INFINITY : await options.lastPosition();
  if (after >= last) return;
  const filters = filtersOf(options.streams);
  const isWanted = streamMatcher(options.streams);
  const { consumer, pending } = await available(() => openConsumer(options, filters));
  const messages = pending === 0 && !follow ? null : await consumer.consume({ max_messages: batchMax * 4 });
  const onAbort = () => void messages?.close();
  signal?.addEventListener('abort', onAbort, { once: true });
  const stall = messages && !follow ? stallGuard(messages, timeoutMs) : null;
  try {
    if (!messages || signal?.aborted) return;
    for await (const batch of inBatches(messages)) {
      if (signal?.aborted) return;
      stall?.stop();
      const isEnd = !follow && (batch.at(-1)!.seq >= last || batch.at(-1)!.info.pending === 0);
      const commits = batch.filter(({ seq, subject }) => seq <= last && isWanted(streamOf(subject))).map(decodeMessage);
      if (commits.length > 0) yield commits;
      if (isEnd || signal?.aborted) return;
      stall?.moved();
    }
    if (!signal?.aborted)
      throw new EventStoreUnavailable(stall?.isStalled() ? 'the server fell silent' : 'the connection was closed');
  } finally {
    stall?.stop();
    signal?.removeEventListener('abort', onAbort);
    void messages?.close();
    // The server drops it by itself after five minutes; a lost connection is no reason to fail here.
    consumer.delete().catch(() => {});
  }
}
