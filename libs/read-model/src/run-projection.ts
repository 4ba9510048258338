import {
  EventStoreCorrupt,
  EventUnknown,
  type Document,
  type DomainEvent,
  type EventStore,
  type ProjectedEvent,
  type Projection,
} from '@ffapi/es';
import { setTimeout as delay } from 'node:timers/promises';
import { applyCommits, ProjectionFailed } from './apply-commits.ts';
import { createProgress } from './progress.ts';
import { documentsOf } from './documents-of.ts';
import type { Checkpoint, ReadModel } from './read-model.ts';
import { rebuild } from './rebuild.ts';

/**
 * The right to write, held by one process at a time: calls `work` whenever it is this process's turn, with a signal that
 * aborts when the turn is over; resolves once `signal` has aborted and the work has ended.
 */
export type WithLease = (work: (held: AbortSignal) => Promise<void>, signal: AbortSignal) => Promise<void>;

export interface ProjectionOptions<E extends DomainEvent, D extends Document> {
  readonly store: EventStore;
  readonly readModel: ReadModel;
  readonly projection: Projection<E, D>;
  /** Not needed where the read model is exclusive. */
  readonly lease?: WithLease | undefined;
  /** Called after the documents are written, in order. */
  readonly onApplied?: ((position: number, events: readonly ProjectedEvent<E>[]) => void) | undefined;
  /** Called when it stands still: until the store or the read model is back, or for good. */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Commits per write. */
  readonly batchMax?: number | undefined;
  /** How long a live write waits for more: under load one transaction holds many events. */
  readonly gatherMs?: number | undefined;
}

export interface RunningProjection {
  /** Resolves when everything that was stored at the start is in the documents. */
  readonly ready: Promise<void>;
  /** Resolves at the end: with the error that stopped the projection, or `null` after `stop`. */
  readonly ended: Promise<Error | null>;
  /** The error that stopped it: an event that cannot be applied, or is not known yet, is never skipped. */
  failed(): Error | null;
  position(): number;
  /** `true` once the documents hold the commit at this position (of a stream that the projection reads). */
  waitFor(position: number, timeoutMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

const retryMsMax = 5_000;
const stopsForGood = [ProjectionFailed, EventStoreCorrupt, EventUnknown];

/** Keeps the documents of a projection up to date: an event is applied as soon as it comes, many that wait are applied together. */
export const runProjection = <E extends DomainEvent, D extends Document>(
  options: ProjectionOptions<E, D>,
): RunningProjection => {
  const { store, readModel, projection, onApplied, onTrouble, batchMax = 1_000, gatherMs } = options;
  const stopping = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stopping.signal]) : stopping.signal;
  const collection = documentsOf(readModel, projection);
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  const progress = createProgress();
  let failure: Error | null = null;

  const resume = async (): Promise<Checkpoint> => {
    const incarnation = await store.incarnation();
    const checkpoint = await collection.checkpoint();
    const fresh = { position: 0, incarnation, projectionVersion: projection.version };
    if (!checkpoint && (await collection.scan(null, 1)).length === 0) return fresh;
    const isOurs =
      checkpoint?.incarnation === incarnation &&
      checkpoint.projectionVersion === projection.version &&
      checkpoint.position <= (await store.lastPosition());
    return isOurs ? checkpoint : (await rebuild({ store, readModel, projection, signal })).checkpoint;
  };

  const advance = async (held: AbortSignal, checkpoint: Checkpoint, follow: boolean) => {
    let reached = checkpoint;
    const reading = { after: checkpoint.position, streams: projection.streams, follow, gatherMs, signal: held };
    for await (const batch of store.read<E>(reading)) {
      for (let from = 0; from < batch.length && !held.aborted; from += batchMax) {
        const commits = batch.slice(from, from + batchMax);
        reached = { ...reached, position: commits.at(-1)!.position };
        const events = await applyCommits(collection, projection, commits, reached);
        progress.reach(reached.position);
        onApplied?.(reached.position, events);
      }
    }
    return reached;
  };

  const project = async (held: AbortSignal) => {
    const checkpoint = await resume();
    progress.reach(checkpoint.position);
    const last = await store.lastPosition();
    const reached = await advance(held, checkpoint, false);
    if (held.aborted) return;
    // Streams that the projection does not read move the end of the store, too.
    const caughtUp = { ...reached, position: Math.max(reached.position, last) };
    if (caughtUp.position > reached.position) await collection.write([], caughtUp);
    progress.reach(caughtUp.position);
    ready.resolve();
    await advance(held, caughtUp, true);
  };

  const projectUntilHeld = async (held: AbortSignal) => {
    for (let retryMs = 100; !held.aborted; retryMs = Math.min(retryMs * 2, retryMsMax)) {
      try {
        await project(held);
      } catch (error) {
        if (held.aborted) return;
        onTrouble?.(error);
        if (stopsForGood.some((kind) => error instanceof kind)) throw error;
        await delay(retryMs, undefined, { signal: held }).catch(() => {});
      }
    }
  };

  const run = async () => {
    const fail = new AbortController();
    const work = async (held: AbortSignal) => {
      try {
        await projectUntilHeld(held);
      } catch (error) {
        failure = error as Error;
        fail.abort();
      }
    };
    if (readModel.exclusive || !options.lease) await work(signal);
    else await options.lease(work, AbortSignal.any([signal, fail.signal]));
    progress.end();
    ready.reject(failure ?? new Error(`${projection.name} was stopped before it had caught up`));
    return failure;
  };
  const ended = run();

  return {
    ready: ready.promise,
    ended,
    failed: () => failure,
    position: progress.position,
    waitFor: (position, timeoutMs) => progress.waitFor(position, timeoutMs),
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
};
