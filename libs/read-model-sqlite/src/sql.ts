import { isScalar, placeOf, type Condition, type CursorPlace, type FindQuery, type Scalar } from '@ffapi/read-model';
import type { SQLInputValue } from 'node:sqlite';

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * The value of a field. The path stands in the text, not in a parameter: only then does SQLite see that an expression
 * index fits.
 */
export const fieldSql = (field: string): string => {
  if (!/^\w+(\.\w+)*$/.test(field)) throw new RangeError(`not a field name: ${field}`);
  return `document ->> '$.${field}'`;
};

const bindable = (value: Scalar): SQLInputValue => (typeof value === 'boolean' ? Number(value) : value);

interface Fragment {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

const conditionSql = (field: string, condition: Condition): Fragment[] => {
  const expression = fieldSql(field);
  if (condition === null) return [{ sql: `${expression} IS NULL`, values: [] }];
  if (isScalar(condition)) return [{ sql: `${expression} = ?`, values: [bindable(condition)] }];
  if ('in' in condition) {
    return [{ sql: `${expression} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(condition.in)] }];
  }
  const bounds = [
    ['>=', condition.gte],
    ['<', condition.lt],
  ] as const;
  return bounds.flatMap(([operator, bound]) =>
    bound === undefined ? [] : [{ sql: `${expression} ${operator} ?`, values: [bindable(bound)] }],
  );
};

/** The first condition looks redundant, but a row value of an expression does not narrow the index range by itself. */
const behindSql = (sortBy: string, operator: '<' | '>', { value, id }: CursorPlace): Fragment => ({
  sql: `${sortBy} ${operator}= ? AND (${sortBy}, id) ${operator} (?, ?)`,
  values: [bindable(value), bindable(value), id],
});

/** What is there and has not expired; takes the time in milliseconds. */
export const aliveSql = 'document IS NOT NULL AND (expires_at IS NULL OR expires_at > ?)';

/** One page and one document more, so that the caller sees whether there is a next page. */
export const findSql = (table: string, query: FindQuery, nowMs: number): Fragment => {
  const { where = {}, sort, descending, limit } = query;
  const sortBy = fieldSql(sort);
  const place = placeOf(query);
  const fragments: Fragment[] = [
    ...Object.entries(where).flatMap(([field, condition]) => conditionSql(field, condition)),
    { sql: `${sortBy} IS NOT NULL`, values: [] },
    ...(place ? [behindSql(sortBy, descending ? '<' : '>', place)] : []),
    { sql: aliveSql, values: [nowMs] },
  ];
  const direction = descending ? 'DESC' : 'ASC';
  return {
    sql:
      `SELECT id, document, version, position FROM ${quoteName(table)} WHERE ${fragments.map(({ sql }) => sql).join(' AND ')} ` +
      `ORDER BY ${sortBy} ${direction}, id ${direction} LIMIT ?`,
    values: [...fragments.flatMap(({ values }) => values), limit + 1],
  };
};
