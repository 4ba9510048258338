import type { Document, ReadModelIndex } from '@ffapi/es';

/** How far a projection has come, of which store, by which version of its reducer. */
export interface Checkpoint {
  readonly position: number;
  readonly incarnation: string;
  readonly projectionVersion: number;
}

export interface Stored<D extends Document = Document> {
  readonly id: string;
  readonly document: D;
  /** Grows with every write; for `replace`. */
  readonly version: number;
  /** Of the newest commit that is in the document. */
  readonly position: number;
}

export type Scalar = string | number | boolean | null;
export type Condition = Scalar | { readonly in: readonly Scalar[] } | { readonly gte?: Scalar; readonly lt?: Scalar };

/** Opaque; handed back as `after` with the same `sort` and direction. */
export type Cursor = string;

export interface FindQuery {
  /** On fields that an index of the collection declares. */
  readonly where?: Readonly<Record<string, Condition>> | undefined;
  /** Texts that the list of an index with `each` holds, all of them. */
  readonly has?: readonly string[] | undefined;
  /** The sort field of an index; documents without a value there are not listed. */
  readonly sort: string;
  readonly descending?: boolean | undefined;
  readonly after?: Cursor | undefined;
  readonly limit: number;
  /** Documents to pass over first, for numbered pages; each of them is looked at. */
  readonly skip?: number | undefined;
}

export interface Page<D extends Document> {
  readonly documents: readonly Stored<D>[];
  /** `null` on the last page. */
  readonly next: Cursor | null;
}

export interface DocumentWrite<D extends Document = Document> {
  readonly id: string;
  readonly position: number;
  /** `null` deletes. */
  readonly document: D | null;
  /** RFC 3339; from then on the document is gone. */
  readonly expiresAt?: string | undefined;
}

export interface Collection<D extends Document = Document> {
  get(id: string): Promise<Stored<D> | null>;
  getMany(ids: readonly string[]): Promise<Stored<D>[]>;
  find(query: FindQuery): Promise<Page<D>>;
  /** In id order, those after the given id. */
  scan(afterId: string | null, limit: number): Promise<Stored<D>[]>;
  /** A write with an older or equal position than the document's changes nothing. The checkpoint is never ahead of the documents. */
  write(batch: readonly DocumentWrite<D>[], checkpoint?: Checkpoint): Promise<void>;
  /** For documents that no projection owns: `false` when the version (0: absent) is not the expected one. */
  replace(id: string, document: D, expectedVersion: number): Promise<boolean>;
  delete(id: string): Promise<void>;
  checkpoint(): Promise<Checkpoint | null>;
  clear(): Promise<void>;
}

export interface CollectionSpec {
  readonly name: string;
  readonly indexes: readonly ReadModelIndex[];
}

/** Holds documents that can be rebuilt from events. MongoDB and SQLite pass one suite. */
export interface ReadModel {
  /** `true` when no other process writes here, so that a projection needs no lease. */
  readonly exclusive: boolean;
  collection<D extends Document = Document>(spec: CollectionSpec): Collection<D>;
  /** Puts one collection with its checkpoint in the place of another, at once for every reader. */
  swap(from: string, to: string): Promise<void>;
  drop(name: string): Promise<void>;
  close(): Promise<void>;
}

/** A query on a field that no index declares. */
export class UndeclaredIndex extends Error {
  override readonly name = 'UndeclaredIndex';
}

/** The cursor is not one that this query has given. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

/** Throws `UndeclaredIndex` when the query would have to look at every document. */
export const ensureDeclared = ({ name, indexes }: CollectionSpec, { where = {}, has = [], sort }: FindQuery): void => {
  const candidates = indexes.filter((index) => index.sort === sort);
  if (candidates.length === 0) throw new UndeclaredIndex(`${name} has no index that sorts by ${sort}`);
  if (has.length > 0 && !candidates.some(({ each }) => each !== undefined))
    throw new UndeclaredIndex(`${name} has no index of texts that sorts by ${sort}`);
  const fields = new Set(indexes.flatMap((index) => [...index.where, index.sort]));
  const undeclared = Object.keys(where).filter((field) => !fields.has(field));
  if (undeclared.length > 0) throw new UndeclaredIndex(`${name} has no index with ${undeclared.join(', ')}`);
};

export const isScalar = (condition: Condition): condition is Scalar =>
  condition === null || typeof condition !== 'object';

/** The index of texts that a query with `has` goes by. */
export const textIndexOf = ({ indexes }: CollectionSpec, { has = [], sort }: FindQuery): TextIndex | null => {
  if (has.length === 0) return null;
  return indexes.filter(isTextIndex).find((index) => index.sort === sort) ?? null;
};

export type TextIndex = ReadModelIndex & { readonly each: string };

export const isTextIndex = (index: ReadModelIndex): index is TextIndex => index.each !== undefined;
