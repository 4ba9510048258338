import type { Document } from '@ffapi/es';
import {
  isScalar,
  placeOf,
  type Condition,
  type Cursor,
  type FindQuery,
  type Scalar,
  type TextIndex,
} from '@ffapi/read-model';
import type { Filter, Sort } from 'mongodb';

/** How a document of a projection lies in MongoDB. */
export interface Row<D extends Document = Document> {
  readonly _id: string;
  /** `null`: deleted, kept so that an older write does not bring it back. */
  readonly document: D | null;
  readonly version: number;
  readonly position: number;
  readonly expiresAt?: Date | null;
}

export const fieldPath = (field: string): string => {
  if (!/^\w+(\.\w+)*$/.test(field)) throw new RangeError(`not a field name: ${field}`);
  return `document.${field}`;
};

type Clause = Filter<Row>;

/** What is there and has not expired: the server's own removal comes up to a minute late. */
export const alive = (nowMs: number): Clause => ({
  document: { $ne: null },
  $or: [{ expiresAt: null }, { expiresAt: { $gt: new Date(nowMs) } }],
});

const clauseOf = (field: string, condition: Condition): Clause => {
  const path = fieldPath(field);
  if (isScalar(condition)) return { [path]: condition };
  if ('in' in condition) return { [path]: { $in: [...condition.in] } };
  const bounds: Record<string, Scalar> = {};
  if (condition.gte !== undefined) bounds['$gte'] = condition.gte;
  if (condition.lt !== undefined) bounds['$lt'] = condition.lt;
  return { [path]: bounds };
};

const behind = (sort: string, operator: '$gt' | '$lt', cursor: Cursor, query: FindQuery): Clause => {
  const { value, id } = placeOf({ ...query, after: cursor })!;
  // The first condition narrows the index range; the alternatives alone would not.
  return {
    [sort]: { [operator === '$gt' ? '$gte' : '$lte']: value },
    $or: [{ [sort]: { [operator]: value } }, { [sort]: value, _id: { [operator]: id } }],
  };
};

export interface MongoQuery {
  readonly filter: Filter<Row>;
  readonly sort: Sort;
}

export const mongoQuery = (query: FindQuery, texts: TextIndex | null, nowMs: number): MongoQuery => {
  const { where = {}, has = [], descending = false, after } = query;
  const sort = fieldPath(query.sort);
  const clauses: Clause[] = [
    ...Object.entries(where).map(([field, condition]) => clauseOf(field, condition)),
    ...(texts ? [{ [fieldPath(texts.each)]: { $all: [...has] } }] : []),
    { [sort]: { $ne: null } },
    ...(after === undefined ? [] : [behind(sort, descending ? '$lt' : '$gt', after, query)]),
    alive(nowMs),
  ];
  const direction = descending ? -1 : 1;
  return { filter: { $and: clauses }, sort: { [sort]: direction, _id: direction } };
};
