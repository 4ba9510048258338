import type { Document } from '@ffapi/es';
import type { CollectionSpec, ReadModel } from '@ffapi/read-model';
import { MongoClient, MongoServerError, type Collection as MongoCollection } from 'mongodb';
import { createMongoCollection } from './mongo-collection.ts';
import { fieldPath, type Row } from './query.ts';

export interface MongoReadModelOptions {
  readonly url: string;
  readonly database: string;
  /** How long a call waits for a server. */
  readonly timeoutMs?: number | undefined;
  readonly nowMs?: (() => number) | undefined;
}

const namespaceNotFound = 26;
const notImplemented = 238;

const hasCode = (error: unknown, code: number): boolean => error instanceof MongoServerError && error.code === code;

const ensureIndexes = async (collection: MongoCollection<Row>, { indexes }: CollectionSpec): Promise<void> => {
  for (const { where, each, sort } of indexes) {
    const fields = [...where, ...(each === undefined ? [] : [each]), sort];
    await collection.createIndex(Object.fromEntries(fields.map((field) => [fieldPath(field), 1])));
  }
  try {
    await collection.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  } catch (error) {
    // Some servers that speak MongoDB's protocol never remove what has expired; reads leave it out all the same.
    if (!hasCode(error, notImplemented)) throw error;
  }
};

/** A read model in MongoDB, shared by any number of processes. */
export const createMongoReadModel = ({
  url,
  database,
  timeoutMs = 5_000,
  nowMs = Date.now,
}: MongoReadModelOptions): ReadModel => {
  const client = new MongoClient(url, { ignoreUndefined: true, serverSelectionTimeoutMS: timeoutMs });
  const db = client.db(database);
  const opened = new Map<string, Promise<MongoCollection<Row>>>();

  /** Makes the indexes once; after a failure, or when the collection was replaced, the next call makes them again. */
  const openerOf = (spec: CollectionSpec) => () => {
    const known = opened.get(spec.name);
    if (known) return known;
    const collection = db.collection<Row>(spec.name);
    const opening = ensureIndexes(collection, spec).then(() => collection);
    opened.set(spec.name, opening);
    opening.catch(() => opened.delete(spec.name));
    return opening;
  };

  const drop = async (name: string) => {
    opened.delete(name);
    try {
      await db.dropCollection(name);
    } catch (error) {
      if (!hasCode(error, namespaceNotFound)) throw error;
    }
  };

  const replaceCollection = async (from: string, to: string) => {
    try {
      await db.renameCollection(from, to, { dropTarget: true });
    } catch (error) {
      // As above. A crash in between leaves an empty collection without a checkpoint: it is projected from the start.
      if (!hasCode(error, notImplemented)) throw error;
      await drop(to);
      await db.renameCollection(from, to);
    }
  };

  return {
    exclusive: false,
    collection: <D extends Document>(spec: CollectionSpec) =>
      createMongoCollection<D>({ spec, open: openerOf(spec), forget: () => opened.delete(spec.name), nowMs }),
    swap: async (from, to) => {
      await replaceCollection(from, to);
      opened.delete(from);
      opened.delete(to);
    },
    drop,
    close: () => client.close(),
  };
};
