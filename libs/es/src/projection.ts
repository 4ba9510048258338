import type { DomainEvent, Origin, RecordedCommit } from './event-store.ts';

/** One event of a commit, with where and when it happened, as projections and policies see it. */
export interface ProjectedEvent<E extends DomainEvent = DomainEvent> {
  readonly event: E;
  readonly stream: string;
  readonly position: number;
  /** Place inside the commit, from 0. */
  readonly index: number;
  readonly version: number;
  readonly occurredAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string | undefined;
  readonly origin?: Origin | undefined;
}

/** The events of a commit as projections and policies see them. */
export const projectedEvents = <E extends DomainEvent>(commit: RecordedCommit<E>): ProjectedEvent<E>[] =>
  commit.events.map((event, index) => ({
    event,
    index,
    stream: commit.stream,
    position: commit.position,
    version: commit.version,
    occurredAt: commit.occurredAt,
    correlationId: commit.correlationId,
    causationId: commit.causationId,
    traceparent: commit.traceparent,
    origin: commit.origin,
  }));

export type Document = Readonly<Record<string, unknown>>;

/** A declared index: equality on `where` fields in that order, then a range and sort on `sort`. */
export interface ReadModelIndex {
  readonly where: readonly string[];
  /** Field that orders the page; ties are broken by the document id. */
  readonly sort: string;
  /** Field that holds a list of texts; a document is found by any of them, in the order of `sort`. */
  readonly each?: string;
}

/**
 * A pure fold of events into documents. The same events give the same documents, byte for byte.
 * Raising `version` fills a new collection beside the old one and swaps when it has caught up.
 */
export interface Projection<E extends DomainEvent = DomainEvent, D extends Document = Document> {
  readonly name: string;
  readonly version: number;
  /** Stream patterns to read, as in `ReadOptions.streams`. */
  readonly streams: readonly string[];
  readonly indexes: readonly ReadModelIndex[];
  /** Ids of the documents this event touches; none: the event is not for this projection. */
  keys(event: ProjectedEvent<E>): readonly string[];
  /**
   * The document after the event; `null` deletes it. Who keeps documents gives `other`: another document that this event touches, with
   * the event where its key comes before, without it where it comes after. Documents are written in the order in which they
   * were last touched.
   */
  evolve(document: D | null, event: ProjectedEvent<E>, key: string, other?: (key: string) => D | null): D | null;
}
