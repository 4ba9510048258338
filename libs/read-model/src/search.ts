import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Document } from '@ffapi/es';
import { fieldOf, pageOf } from './cursor.ts';
import type { Collection, Cursor, FindQuery, Page, Stored } from './read-model.ts';

export interface Contains {
  readonly field: string;
  /** Taken literally, in any case of letters. */
  readonly text: string;
}

const step = 500;
/** Documents looked at for one page: no index finds a part of a text, and a long list must not hold up everyone else. */
const lookedAtMax = 5_000;

/** Whether a field of a document holds the text. */
export const holds = ({ field, text }: Contains): ((document: Document) => boolean) => {
  const wanted = text.toLowerCase();
  return (document) => {
    const value = fieldOf(document, field);
    return typeof value === 'string' && value.toLowerCase().includes(wanted);
  };
};

/**
 * A page of the documents that are kept; `null` keeps all. A page may have fewer than asked for, or none, and still be followed
 * by another: each looks at so many documents and no more.
 */
export const search = async <D extends Document>(
  collection: Pick<Collection<D>, 'find'>,
  query: FindQuery,
  keep: ((document: D) => boolean) | null,
): Promise<Page<D>> => {
  if (keep === null) return collection.find(query);
  const found: Stored<D>[] = [];
  let after: Cursor | undefined = query.after;
  for (let lookedAt = 0; lookedAt < lookedAtMax; lookedAt += step) {
    const { documents, next } = await collection.find({ ...query, after, limit: step });
    for (const stored of documents) {
      if (!keep(stored.document)) continue;
      found.push(stored);
      if (found.length > query.limit) return pageOf(query, found);
    }
    if (next === null) return { documents: found, next };
    after = next;
    await nextTurn();
  }
  return { documents: found, next: after ?? null };
};
