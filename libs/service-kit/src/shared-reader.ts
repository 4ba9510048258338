import { streamMatcher, type DomainEvent, type EventStore, type ReadOptions, type RecordedCommit } from '@ffapi/es';
import { setTimeout as delay } from 'node:timers/promises';

type Commits = readonly RecordedCommit[];

/** Commits that are kept for followers who have yet to catch up. */
const recentMax = 1_000;
/** A follower with more than this waiting reads by itself again, so that a slow one never holds the memory. */
const waitingMax = 5_000;

/** A follower's place at the tail: what has come since it took it. */
class Subscriber {
  readonly #matches: (stream: string) => boolean;
  #waiting: RecordedCommit[] = [];
  #wake: () => void = () => {};
  #error: unknown = null;
  /** Up to where everything that matches was given, or waits here. */
  position: number;
  isBehind = false;

  readonly #signal: AbortSignal | undefined;

  constructor({ after, streams, signal }: ReadOptions) {
    this.position = after;
    this.#matches = streamMatcher(streams);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => this.#wake();

  get isOver(): boolean {
    return this.isBehind || this.#signal?.aborted === true;
  }

  close(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  push(commits: Commits): void {
    if (this.isBehind) return;
    for (const commit of commits)
      if (commit.position > this.position && this.#matches(commit.stream)) this.#waiting.push(commit);
    this.isBehind = this.#waiting.length > waitingMax;
    if (this.#waiting.length > 0) this.#wake();
  }

  fail(error: unknown): void {
    this.#error = error;
    this.#wake();
  }

  /** What waits, as soon as anything does; empty when aborted. */
  async take(gatherMs: number): Promise<Commits> {
    if (this.#waiting.length === 0 && this.#error === null && !this.isOver)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    if (gatherMs > 0 && this.#waiting.length > 0)
      await delay(gatherMs, undefined, { signal: this.#signal }).catch(() => {});
    if (this.#signal?.aborted) return [];
    if (this.#waiting.length === 0 && this.#error !== null) throw this.#error;
    const taken = this.#waiting;
    this.#waiting = [];
    this.position = taken.at(-1)?.position ?? this.position;
    return taken;
  }
}

/** One following read of the store, handed to everyone in this process who follows it. */
class SharedReader {
  readonly #store: EventStore;
  readonly #seats = new Set<Subscriber>();
  #recent: RecordedCommit[] = [];
  /** Everything behind this position, up to the newest, is among the recent. */
  #floor = 0;
  #reading: AbortController | null = null;

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** A place behind this position, or `null` when what follows it is not remembered any more. */
  join(options: ReadOptions): Subscriber | null {
    if (!this.#reading) this.#start(options.after);
    if (options.after < this.#floor) return null;
    const seat = new Subscriber(options);
    seat.push(this.#recent);
    this.#seats.add(seat);
    return seat;
  }

  leave(seat: Subscriber): void {
    seat.close();
    this.#seats.delete(seat);
    if (this.#seats.size === 0) this.#stop();
  }

  #start(after: number): void {
    const reading = new AbortController();
    this.#reading = reading;
    this.#floor = after;
    this.#recent = [];
    void this.#read(after, reading.signal).catch((error: unknown) => {
      if (this.#reading === reading) this.#fail(error);
    });
  }

  #stop(): void {
    this.#reading?.abort();
    this.#reading = null;
  }

  async #read(after: number, signal: AbortSignal): Promise<void> {
    for await (const commits of this.#store.read({ after, follow: true, signal })) {
      this.#remember(commits);
      for (const seat of this.#seats) seat.push(commits);
    }
  }

  #remember(commits: Commits): void {
    this.#recent.push(...commits);
    if (this.#recent.length < 2 * recentMax) return;
    const forgotten = this.#recent.splice(0, this.#recent.length - recentMax);
    this.#floor = forgotten.at(-1)?.position ?? this.#floor;
  }

  #fail(error: unknown): void {
    this.#stop();
    for (const seat of this.#seats) seat.fail(error);
    this.#seats.clear();
  }
}

/**
 * The store, with all following reads of a process fed by one: a commit is received, checked and decoded once, however
 * many projections and watchers wait for it.
 */
export const shareTail = (store: EventStore): EventStore => {
  const tail = new SharedReader(store);
  const follow = async function* <E extends DomainEvent>(
    options: ReadOptions,
  ): AsyncGenerator<readonly RecordedCommit<E>[]> {
    const { streams, signal, gatherMs = 0 } = options;
    let { after } = options;
    const isOver = (): boolean => signal?.aborted === true;
    while (!isOver()) {
      // What is long past is read by oneself: the tail stays at the end, where all the others wait.
      const last = await store.lastPosition();
      if (after < last)
        for await (const commits of store.read<E>({ after, streams, signal })) {
          after = commits.at(-1)?.position ?? after;
          yield commits;
        }
      if (isOver()) return;
      after = Math.max(after, last);
      const seat = tail.join({ after, streams, signal });
      if (!seat) continue;
      try {
        while (!seat.isOver) {
          const commits = (await seat.take(gatherMs)) as readonly RecordedCommit<E>[];
          if (commits.length > 0) yield commits;
        }
      } finally {
        tail.leave(seat);
      }
      after = seat.position;
    }
  };
  return { ...store, read: (options) => (options.follow ? follow(options) : store.read(options)) };
};
