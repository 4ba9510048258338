import {
  projectedEvents,
  type Document,
  type DomainEvent,
  type ProjectedEvent,
  type Projection,
  type RecordedCommit,
} from '@ffapi/es';
import { failPoint } from '@ffapi/fail-points';
import type { Checkpoint, Collection, DocumentWrite, Stored } from './read-model.ts';

/** An event that a projection cannot take. Skipping it would leave a wrong document behind, so the projection stops. */
export class ProjectionFailed extends Error {
  override readonly name = 'ProjectionFailed';
  readonly position: number;
  constructor(projection: string, { position, stream, event }: ProjectedEvent, cause: unknown) {
    super(`${projection} cannot apply ${event.type} at position ${position} of ${stream}: ${String(cause)}`, { cause });
    this.position = position;
  }
}

interface Touch<E extends DomainEvent> {
  readonly event: ProjectedEvent<E>;
  readonly keys: readonly string[];
}

const touches = <E extends DomainEvent, D extends Document>(
  projection: Projection<E, D>,
  commits: readonly RecordedCommit<E>[],
): Touch<E>[] =>
  commits.flatMap(projectedEvents).map((event) => {
    try {
      return { event, keys: projection.keys(event) };
    } catch (cause) {
      throw new ProjectionFailed(projection.name, event, cause);
    }
  });

/** The writes that commits lead to: each document is folded in memory and written once, whatever the number of its events. */
export const foldCommits = <E extends DomainEvent, D extends Document>(
  projection: Projection<E, D>,
  touched: readonly Touch<E>[],
  stored: readonly Stored<D>[],
): DocumentWrite<D>[] => {
  const before = new Map(stored.map(({ id, position }) => [id, position]));
  const documents = new Map<string, D | null>(stored.map(({ id, document }) => [id, document]));
  const other = (key: string): D | null => documents.get(key) ?? null;
  const positions = new Map<string, number>();
  for (const { event, keys } of touched) {
    for (const key of keys) {
      // Written before a crash that the checkpoint did not survive.
      if (event.position <= (before.get(key) ?? 0)) continue;
      try {
        documents.set(key, projection.evolve(other(key), event, key, other));
      } catch (cause) {
        throw new ProjectionFailed(projection.name, event, cause);
      }
      // Moved behind those that were touched before: a summary of others is never written ahead of them.
      positions.delete(key);
      positions.set(key, event.position);
    }
  }
  return [...positions].map(([id, position]) => ({ id, position, document: documents.get(id) ?? null }));
};

/** Loads what the commits touch, folds, and writes it with the checkpoint; gives the events in order. */
export const applyCommits = async <E extends DomainEvent, D extends Document>(
  collection: Collection<D>,
  projection: Projection<E, D>,
  commits: readonly RecordedCommit<E>[],
  checkpoint: Checkpoint,
): Promise<ProjectedEvent<E>[]> => {
  const touched = touches(projection, commits);
  const ids = [...new Set(touched.flatMap(({ keys }) => keys))];
  const stored = ids.length > 0 ? await collection.getMany(ids) : [];
  failPoint('projection.before-write');
  await collection.write(foldCommits(projection, touched, stored), checkpoint);
  failPoint('projection.after-write');
  return touched.map(({ event }) => event);
};
