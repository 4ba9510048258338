/** A fact as a decider returns it: a name, the version of its shape, its data. */
export interface DomainEvent {
  readonly type: string;
  readonly version: number;
  readonly data: unknown;
}

/** Where the request came from that a command carries out; absent where the platform acts by itself. */
export interface Origin {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** What one command produced, written as one message: all of its events or none. */
export interface Commit<E extends DomainEvent = DomainEvent> {
  /** Unique per command; appending the same id again gives the first result back. */
  readonly id: string;
  /** RFC 3339 UTC. */
  readonly occurredAt: string;
  /** The whole story (for jobs: the job id). */
  readonly correlationId: string;
  /** The direct parent: a commit, command or request id. */
  readonly causationId: string;
  /** W3C trace context of the writer. */
  readonly traceparent?: string | undefined;
  readonly origin?: Origin | undefined;
  readonly events: readonly E[];
}

/** A commit as the store holds it. */
export interface RecordedCommit<E extends DomainEvent = DomainEvent> extends Commit<E> {
  /** `<kind>.<id>`, see contracts/kernel/stream. */
  readonly stream: string;
  /** Place in the whole store; grows, with gaps possible. */
  readonly position: number;
  /** Number of commits in the stream, this one included; gap-free from 1. */
  readonly version: number;
  /** SHA-256 (hex) of the stored bytes of the stream's previous commit; empty for the first. */
  readonly previousHash: string;
  /** SHA-256 (hex) of this commit's stored bytes. */
  readonly hash: string;
}

/** Where a stream ends: handed out by `load` and `append`, handed back to `append`; opaque to callers. */
export interface Head {
  readonly version: number;
  readonly position: number;
  readonly hash: string;
}

export interface LoadedStream<E extends DomainEvent = DomainEvent> {
  readonly commits: readonly RecordedCommit<E>[];
  /** `null` for a stream without commits. */
  readonly head: Head | null;
}

export interface ReadOptions {
  /** Commits with a greater position are given; 0 reads from the start. */
  readonly after: number;
  /** Streams or patterns with `*` (one token) and `>` (the rest); absent: all. */
  readonly streams?: readonly string[] | undefined;
  /** `false` (default): stop at the position that was last when reading began. `true`: go on until aborted. */
  readonly follow?: boolean | undefined;
  /** While following: how long to wait for more after the first commit of a batch; a store may give what it has at once. */
  readonly gatherMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Holds every fact. Two adapters (JetStream, KurrentDB) and a memory twin pass one suite.
 * `append` is durable when it returns.
 */
export interface EventStore {
  load<E extends DomainEvent>(stream: string): Promise<LoadedStream<E>>;
  /**
   * Appends at the given head (`null`: the stream must not exist).
   * Throws `ConcurrencyConflict` when the stream has moved on, unless its commits include `commit.id`:
   * then the stored commit is returned.
   */
  append<E extends DomainEvent>(stream: string, head: Head | null, commit: Commit<E>): Promise<RecordedCommit<E>>;
  /** Commits in position order, in batches (a batch is never empty). */
  read<E extends DomainEvent>(options: ReadOptions): AsyncIterable<readonly RecordedCommit<E>[]>;
  /** Position of the newest commit, 0 for an empty store. */
  lastPosition(): Promise<number>;
  /** Changes when the store is another one (wiped, restored elsewhere), so that checkpoints of the old one are not trusted. */
  incarnation(): Promise<string>;
  close(): Promise<void>;
}

/** The stream has moved past the head that was given. */
export class ConcurrencyConflict extends Error {
  override readonly name = 'ConcurrencyConflict';
  readonly stream: string;
  constructor(stream: string) {
    super(`another writer appended to ${stream} first`);
    this.stream = stream;
  }
}

/** The store cannot be reached or does not confirm; whether the commit was stored is unknown. */
export class EventStoreUnavailable extends Error {
  override readonly name: string = 'EventStoreUnavailable';
}

/**
 * A newer version of the platform has written this. To whoever does not know what it means the store is as good as away
 * from there on: to go on without it would be to decide wrongly.
 */
export class EventUnknown extends EventStoreUnavailable {
  override readonly name = 'EventUnknown';
  readonly type: string;
  constructor({ type, version }: Pick<DomainEvent, 'type' | 'version'>, stream?: string) {
    const where = stream === undefined ? '' : ` in ${stream}`;
    super(`${type}, version ${version}${where}: a newer version of the platform has written this; upgrade this one`);
    this.type = type;
  }
}

/** What was stored does not follow from what came before it: the store must not be served. */
export class EventStoreCorrupt extends Error {
  override readonly name = 'EventStoreCorrupt';
}

/** The store is full (or nearly): nothing new is accepted so that running work can finish. */
export class EventStoreFull extends Error {
  override readonly name = 'EventStoreFull';
}
