import type { Document, DomainEvent, EventStore, Projection } from '@ffapi/es';
import { applyCommits } from './apply-commits.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Checkpoint, Collection, ReadModel } from './read-model.ts';
import { scanAll } from './scan-all.ts';

export interface RebuildOptions<E extends DomainEvent, D extends Document> {
  readonly store: EventStore;
  readonly readModel: ReadModel;
  readonly projection: Projection<E, D>;
  readonly signal?: AbortSignal | undefined;
}

export interface Rebuilt {
  readonly checkpoint: Checkpoint;
  readonly events: number;
}

/** The projection of the whole store (up to a position) in an emptied collection. */
const fill = async <E extends DomainEvent, D extends Document>(
  { store, projection, signal }: RebuildOptions<E, D>,
  collection: Collection<D>,
  upTo: number,
): Promise<Rebuilt> => {
  await collection.clear();
  const incarnation = await store.incarnation();
  const at = (position: number): Checkpoint => ({ position, incarnation, projectionVersion: projection.version });
  let events = 0;
  for await (const batch of store.read<E>({ after: 0, streams: projection.streams, signal })) {
    const commits = batch.filter(({ position }) => position <= upTo);
    const last = commits.at(-1);
    if (last) events += (await applyCommits(collection, projection, commits, at(last.position))).length;
    if (commits.length < batch.length) break;
  }
  signal?.throwIfAborted();
  await collection.write([], at(upTo));
  return { checkpoint: at(upTo), events };
};

/** Fills a collection beside the one in use, then swaps: readers see the old documents until the new ones are complete. */
export const rebuild = async <E extends DomainEvent, D extends Document>(
  options: RebuildOptions<E, D>,
): Promise<Rebuilt> => {
  const { store, readModel, projection } = options;
  const beside = `${projection.name}-rebuild`;
  const upTo = await store.lastPosition();
  const collection = readModel.collection<D>({ name: beside, indexes: projection.indexes });
  const rebuilt = await fill(options, collection, upTo);
  await readModel.swap(beside, projection.name);
  return rebuilt;
};

export interface Difference {
  readonly id: string;
  readonly stored: unknown;
  readonly rebuilt: unknown;
}

const missingIn = async <D extends Document>(from: Collection<D>, other: Collection<D>): Promise<string[]> => {
  const missing: string[] = [];
  for await (const { id } of scanAll(from)) if ((await other.get(id)) === null) missing.push(id);
  return missing;
};

/** Every document that is not what the events say, compared with a rebuild beside it at the same position. */
export const verify = async <E extends DomainEvent, D extends Document>(
  options: RebuildOptions<E, D>,
): Promise<Difference[]> => {
  const { store, readModel, projection } = options;
  const specOf = (name: string) => ({ name, indexes: projection.indexes });
  const current = readModel.collection<D>(specOf(projection.name));
  const upTo = (await current.checkpoint())?.position ?? (await store.lastPosition());
  const beside = `${projection.name}-verify`;
  const fresh = readModel.collection<D>(specOf(beside));
  try {
    await fill(options, fresh, upTo);
    const differences: Difference[] = [];
    for await (const stored of scanAll(current)) {
      // Changed since: the projection has gone on meanwhile.
      if (stored.position > upTo) continue;
      const rebuilt = (await fresh.get(stored.id))?.document ?? null;
      if (canonicalJson(rebuilt) !== canonicalJson(stored.document)) {
        differences.push({ id: stored.id, stored: stored.document, rebuilt });
      }
    }
    for (const id of await missingIn(fresh, current)) {
      differences.push({ id, stored: null, rebuilt: (await fresh.get(id))?.document ?? null });
    }
    return differences;
  } finally {
    await readModel.drop(beside);
  }
};
