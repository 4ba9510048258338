import { isScalar, placeOf, type Condition, type CursorPlace, type FindQuery, type Scalar } from '@ffapi/read-model';
import type { SQLInputValue } from 'node:sqlite';

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * The value of a field. The path stands in the text, not in a parameter: only then does SQLite see that an expression
 * index fits.
 */
export const fieldSql = (field: string, document = 'document'): string => `${document} ->> ${pathSql(field)}`;

/** The list in a field, as `json_each` takes it; nothing where there is none. */
export const listSql = (field: string, document: string): string =>
  `CASE WHEN json_type(${document}, ${pathSql(field)}) = 'array' THEN json_extract(${document}, ${pathSql(field)}) END`;

const pathSql = (field: string): string => {
  if (!/^\w+(\.\w+)*$/.test(field)) throw new RangeError(`not a field name: ${field}`);
  return `'$.${field}'`;
};

const bindable = (value: Scalar): SQLInputValue => (typeof value === 'boolean' ? Number(value) : value);

interface Fragment {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

const conditionSql = (expression: string, condition: Condition): Fragment[] => {
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

/** What a page is ordered by. */
interface By {
  readonly sortBy: string;
  readonly id: string;
}

/** The first condition looks redundant, but a row value of an expression does not narrow the index range by itself. */
const behindSql = ({ sortBy, id: idBy }: By, operator: '<' | '>', { value, id }: CursorPlace): Fragment => ({
  sql: `${sortBy} ${operator}= ? AND (${sortBy}, ${idBy}) ${operator} (?, ?)`,
  values: [bindable(value), bindable(value), id],
});

/** What is there and has not expired; takes the time in milliseconds. */
export const aliveSql = 'document IS NOT NULL AND (expires_at IS NULL OR expires_at > ?)';

/** Texts that a document must have, in the table of their index; the rarest first. */
export interface Texts {
  readonly table: string;
  readonly terms: readonly string[];
}

/** Through the rows of the rarest text, which lie in the order of the page. */
const textsSql = ({ table, terms: [first = '', ...others] }: Texts): Fragment[] => [
  { sql: 'rarest.term = ?', values: [first] },
  ...others.map((term) => ({
    sql: `EXISTS (SELECT 1 FROM ${quoteName(table)} AS other WHERE other.term = ? AND other.at = rarest.at AND other.of = rarest.of)`,
    values: [term],
  })),
];

/** One page and one document more, so that the caller sees whether there is a next page. */
export const findSql = (table: string, query: FindQuery, texts: Texts | null, nowMs: number): Fragment => {
  const { where = {}, sort, descending, limit, skip = 0 } = query;
  const by: By = texts ? { sortBy: 'rarest.at', id: 'rarest.of' } : { sortBy: fieldSql(sort), id: 'id' };
  const from = texts
    ? `${quoteName(texts.table)} AS rarest JOIN ${quoteName(table)} ON id = rarest.of`
    : quoteName(table);
  const place = placeOf(query);
  const fragments: Fragment[] = [
    ...(texts ? textsSql(texts) : []),
    ...Object.entries(where).flatMap(([field, condition]) =>
      conditionSql(field === sort ? by.sortBy : fieldSql(field), condition),
    ),
    { sql: `${by.sortBy} IS NOT NULL`, values: [] },
    ...(place ? [behindSql(by, descending ? '<' : '>', place)] : []),
    { sql: aliveSql, values: [nowMs] },
  ];
  const direction = descending ? 'DESC' : 'ASC';
  return {
    sql:
      `SELECT id, document, version, position FROM ${from} WHERE ${fragments.map(({ sql }) => sql).join(' AND ')} ` +
      `ORDER BY ${by.sortBy} ${direction}, ${by.id} ${direction} LIMIT ? OFFSET ?`,
    values: [...fragments.flatMap(({ values }) => values), limit + 1, skip],
  };
};
