import { setTimeout as delay } from 'node:timers/promises';
import { streamMatcher, type DomainEvent, type EventStore, type ReadOptions, type RecordedCommit } from '@ffapi/es';

type Commits = readonly RecordedCommit[];

/** A read of fewer commits is not worth waiting for others. */
const longRead = 2_000;
/** How long a long read waits for others that begin at the same place, as the projections of a cold start do. */
const gatherMs = 250;

/** One of those who read together: takes a batch when it is done with the one before. */
class Reader {
  readonly #matches: (stream: string) => boolean;
  #offered: { readonly commits: Commits; readonly taken: () => void } | null = null;
  #end: { readonly error: unknown } | null = null;
  #wake: () => void = () => {};
  isGone = false;

  constructor(streams: readonly string[] | undefined) {
    this.#matches = streamMatcher(streams);
  }

  /** Resolves when the batch was dealt with, or when this reader has gone. */
  offer(batch: Commits): Promise<void> {
    const commits = batch.filter(({ stream }) => this.#matches(stream));
    if (this.isGone || commits.length === 0) return Promise.resolve();
    return new Promise((taken) => {
      this.#offered = { commits, taken };
      this.#wake();
    });
  }

  end(error: unknown): void {
    this.#end = { error };
    this.#wake();
  }

  leave = (): void => {
    this.isGone = true;
    this.#offered?.taken();
    this.#wake();
  };

  async *batches(): AsyncGenerator<Commits> {
    for (;;) {
      if (!this.#offered && !this.#end && !this.isGone) await new Promise<void>((resolve) => (this.#wake = resolve));
      if (this.isGone) return;
      if (this.#offered) {
        const { commits, taken } = this.#offered;
        yield commits;
        this.#offered = null;
        taken();
      } else if (this.#end) {
        if (this.#end.error) throw this.#end.error;
        return;
      }
    }
  }
}

/** Reads once for all who gathered, at the pace of the slowest. */
const readFor = async (store: EventStore, after: number, readers: readonly Reader[]): Promise<void> => {
  for await (const batch of store.read({ after })) {
    await Promise.all(readers.map((reader) => reader.offer(batch)));
    if (readers.every(({ isGone }) => isGone)) return;
  }
};

/**
 * The store, with long reads that begin at the same place at the same time made one: what seven projections of a cold
 * start need is received, checked and decoded once.
 */
export const coalesceReads = (store: EventStore): EventStore => {
  const gathering = new Map<number, Reader[]>();

  const join = (after: number, reader: Reader): void => {
    const others = gathering.get(after);
    if (others) {
      others.push(reader);
      return;
    }
    const readers = [reader];
    gathering.set(after, readers);
    void delay(gatherMs)
      .then(() => {
        gathering.delete(after);
        return readFor(store, after, readers);
      })
      .then(
        () => readers.forEach((each) => each.end(null)),
        (error: unknown) => readers.forEach((each) => each.end(error)),
      );
  };

  const read = async function* <E extends DomainEvent>(
    options: ReadOptions,
  ): AsyncGenerator<readonly RecordedCommit<E>[]> {
    const { after, streams, signal } = options;
    if (signal?.aborted) return;
    if ((await store.lastPosition()) - after < longRead) return yield* store.read<E>(options);
    if (signal?.aborted) return;
    const reader = new Reader(streams);
    signal?.addEventListener('abort', reader.leave, { once: true });
    try {
      join(after, reader);
      yield* reader.batches() as AsyncGenerator<readonly RecordedCommit<E>[]>;
    } finally {
      reader.leave();
      signal?.removeEventListener('abort', reader.leave);
    }
  };
  return { ...store, read: (options) => (options.follow ? store.read(options) : read(options)) };
};
