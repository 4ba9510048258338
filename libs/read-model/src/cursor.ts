import type { Document } from '@ffapi/es';
import { InvalidCursor, type Cursor, type FindQuery, type Page, type Scalar, type Stored } from './read-model.ts';

export interface CursorPlace {
  readonly value: Exclude<Scalar, null>;
  readonly id: string;
}

/** Value of a field, `a.b` being the field b of the object a. */
export const fieldOf = (document: Document, field: string): unknown =>
  field.split('.').reduce<unknown>((value, key) => (value as Document | null | undefined)?.[key], document);

const encodeCursor = ({ sort, descending = false }: FindQuery, { id, document }: Stored): Cursor =>
  Buffer.from(JSON.stringify([sort, descending, fieldOf(document, sort), id])).toString('base64url');

/** Where the page before ended, or `null` for the first page. */
export const placeOf = ({ after, sort, descending = false }: FindQuery): CursorPlace | null => {
  if (after === undefined) return null;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
  } catch {
    parts = null;
  }
  const [cursorSort, cursorDescending, value, id] = Array.isArray(parts) ? parts : [];
  const isOfQuery = cursorSort === sort && cursorDescending === descending;
  if (!isOfQuery || typeof id !== 'string' || !['string', 'number', 'boolean'].includes(typeof value)) {
    throw new InvalidCursor('the cursor does not belong to this query');
  }
  return { value, id };
};

/** The page of `found`, which holds one document more than asked for when there is a next page. */
export const pageOf = <D extends Document>(query: FindQuery, found: readonly Stored<D>[]): Page<D> => {
  const documents = found.slice(0, query.limit);
  const last = documents.at(-1);
  return { documents, next: found.length > query.limit && last ? encodeCursor(query, last) : null };
};
