import type { Document } from '@ffapi/es';
import {
  ensureDeclared,
  pageOf,
  textIndexOf,
  type Checkpoint,
  type Collection,
  type CollectionSpec,
  type DocumentWrite,
  type Stored,
} from '@ffapi/read-model';
import {
  MongoBulkWriteError,
  MongoServerError,
  type AnyBulkWriteOperation,
  type Collection as MongoCollection,
} from 'mongodb';
import { decodeNames, encodeNames } from './field-names.ts';
import { alive, mongoQuery, type Row } from './query.ts';

/** Lies in its collection, so that a renamed collection brings it along; no document has this id. */
const checkpointId = '\u0001checkpoint';
const duplicateKey = 11000;

interface CheckpointRow extends Checkpoint {
  readonly _id: string;
}

export interface MongoCollectionOptions {
  readonly spec: CollectionSpec;
  /** The collection with its indexes in place. */
  readonly open: () => Promise<MongoCollection<Row>>;
  /** Makes the next `open` put the indexes in place again. */
  readonly forget: () => void;
  readonly nowMs: () => number;
}

const storedOf = <D extends Document>({ _id, document, version, position }: Row): Stored<D> => ({
  id: _id,
  document: decodeNames(document as D),
  version,
  position,
});

const upsertOf = ({ id, position, document, expiresAt }: DocumentWrite): AnyBulkWriteOperation<Row> => ({
  updateOne: {
    filter: { _id: id, position: { $lt: position } },
    update: {
      $set: {
        position,
        document: document && encodeNames(document),
        expiresAt: expiresAt ? new Date(expiresAt) : null,
      },
      $inc: { version: 1 },
    },
    upsert: true,
  },
});

const isDuplicate = (error: unknown): boolean => error instanceof MongoServerError && error.code === duplicateKey;

/** A newer document makes its guarded upsert collide with itself: that write is simply passed over. */
const writeInOrder = async (
  collection: MongoCollection<Row>,
  writes: readonly AnyBulkWriteOperation<Row>[],
): Promise<void> => {
  for (let from = 0; from < writes.length;) {
    try {
      await collection.bulkWrite(writes.slice(from), { ordered: true });
      return;
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError) || !isDuplicate(error)) throw error;
      const [failed] = [error.writeErrors].flat();
      from += (failed?.index ?? 0) + 1;
    }
  }
};

/** A collection whose documents, deletions and checkpoint lie in one MongoDB collection. */
export const createMongoCollection = <D extends Document>({
  spec,
  open,
  forget,
  nowMs,
}: MongoCollectionOptions): Collection<D> => {
  let hasTombstones = true;
  let known: Checkpoint | null = null;
  const live = () => alive(nowMs());
  const find = async (filter: object, limit = 0) => {
    const collection = await open();
    return (await collection.find(filter).sort({ _id: 1 }).limit(limit).toArray()).map((row) =>
      storedOf<D>(row as Row),
    );
  };
  const checkpoints = async () => (await open()) as unknown as MongoCollection<CheckpointRow>;

  const readCheckpoint = async (): Promise<Checkpoint | null> => {
    const row = await (await checkpoints()).findOne({ _id: checkpointId });
    known = row && { position: row.position, incarnation: row.incarnation, projectionVersion: row.projectionVersion };
    return known;
  };

  const writeCheckpoint = async ({ position, incarnation, projectionVersion }: Checkpoint) => {
    const previous = known;
    const rows = await checkpoints();
    const update = { $set: { position, incarnation, projectionVersion } };
    const { matchedCount } = await rows.updateOne({ _id: checkpointId }, update, { upsert: !previous });
    if (previous && matchedCount === 0) {
      known = null;
      forget();
      // Dropped by someone else, and with it every document from before this batch.
      throw new Error(`the checkpoint of ${spec.name} has disappeared`);
    }
    known = { position, incarnation, projectionVersion };
    if (!hasTombstones) return;
    const filter = { document: null, version: { $gt: 0 }, position: { $lte: previous?.position ?? 0 } };
    await (await open()).deleteMany(filter);
    hasTombstones = (await (await open()).findOne({ document: null, version: { $gt: 0 } })) !== null;
  };

  const insert = async (collection: MongoCollection<Row>, id: string, document: D): Promise<boolean> => {
    try {
      await collection.insertOne({ _id: id, document, version: 1, position: 0, expiresAt: null });
      return true;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
    const gone = { _id: id, $or: [{ document: null }, { expiresAt: { $lte: new Date(nowMs()) } }] };
    const taken = await collection.updateOne(gone, {
      $set: { document, position: 0, expiresAt: null },
      $inc: { version: 1 },
    });
    return taken.modifiedCount === 1;
  };

  return {
    get: async (id) => (await find({ _id: id, ...live() }))[0] ?? null,
    getMany: async (ids) => (ids.length === 0 ? [] : find({ _id: { $in: [...ids] }, ...live() })),
    find: async (query) => {
      ensureDeclared(spec, query);
      const { filter, sort } = mongoQuery(query, textIndexOf(spec, query), nowMs());
      const rows = await (
        await open()
      )
        .find(filter)
        .sort(sort)
        .skip(query.skip ?? 0)
        .limit(query.limit + 1)
        .toArray();
      return pageOf<D>(
        query,
        rows.map((row) => storedOf<D>(row as Row)),
      );
    },
    scan: (afterId, limit) => find({ _id: { $gt: afterId ?? checkpointId }, ...live() }, limit),
    write: async (batch, checkpoint) => {
      await writeInOrder(await open(), batch.map(upsertOf));
      hasTombstones ||= batch.some(({ document }) => document === null);
      if (checkpoint) await writeCheckpoint(checkpoint);
    },
    replace: async (id, document, expectedVersion) => {
      const collection = await open();
      const encoded = encodeNames(document);
      if (expectedVersion === 0) return insert(collection, id, encoded);
      const expected = { _id: id, version: expectedVersion, ...live() };
      const { modifiedCount } = await collection.updateOne(expected, {
        $set: { document: encoded },
        $inc: { version: 1 },
      });
      return modifiedCount === 1;
    },
    delete: async (id) => {
      await (await open()).deleteOne({ _id: id });
    },
    checkpoint: readCheckpoint,
    clear: async () => {
      await (await open()).deleteMany({});
      known = null;
    },
  };
};
