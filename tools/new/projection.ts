import { readText } from '../lint/repository.ts';
import type { Change, Recipe } from './change.ts';
import { camel, kebab, pascal, wordsOf } from './words.ts';

const projectedPath = 'services/gateway/src/reads/projected.ts';

/** Into the import of its folder, where there is one. */
const importOf = (symbol: string, folder: string): Change => {
  const end = ` } from '../${folder}/index.ts';\n`;
  return readText(projectedPath).includes(end)
    ? { path: projectedPath, at: end, side: 'before', insert: `, ${symbol}` }
    : {
        path: projectedPath,
        at: '\n/** What this service projects',
        side: 'before',
        insert: `import { ${symbol}${end}`,
      };
};

/** A projection of the gateway that counts the events of an aggregate by stream. */
export const newProjection = (given: readonly string[]): Recipe => {
  const usage = 'projection FOLDER NAME AGGREGATE, such as presets preset-counts preset; a folder of the gateway';
  const { folder, name, aggregate } = wordsOf(given, ['folder', 'name', 'aggregate'], usage);
  const [file, symbol, type] = [kebab(name), camel(name), pascal(name)];
  const source = camel(aggregate);
  const base = `services/gateway/src/${folder}`;
  return {
    changes: [
      {
        path: `${base}/${file}.projection.ts`,
        content: `import { ${source}Aggregate, type EventOf } from '@ffapi/contracts';
import type { Projection } from '@ffapi/es';

/** How much happened, and when last. */
export type ${type}Document = { readonly events: number; readonly lastAt: string };

export const ${symbol}: Projection<EventOf<typeof ${source}Aggregate>, ${type}Document> = {
  name: '${file}',
  version: 1,
  streams: [${source}Aggregate.pattern],
  indexes: [{ where: [], sort: 'lastAt' }],
  keys: ({ stream }) => [stream],
  evolve: (before, { occurredAt }) => ({ events: (before?.events ?? 0) + 1, lastAt: occurredAt }),
};
`,
      },
      {
        path: `${base}/${file}.projection.test.ts`,
        content: `import { expect, it } from 'vitest';
import { ${symbol} } from './${file}.projection.ts';

it('counts what happened', () => {
  const happened = { stream: '${kebab(aggregate)}.a', occurredAt: '2026-01-01T00:00:00.000Z' };
  const event = happened as Parameters<typeof ${symbol}.evolve>[1];
  const once = ${symbol}.evolve(null, event, happened.stream);
  expect(${symbol}.evolve(once, event, happened.stream)).toEqual({ events: 2, lastAt: happened.occurredAt });
});
`,
      },
      {
        path: `${base}/index.ts`,
        at: /$/,
        side: 'after',
        insert: `export { ${symbol} } from './${file}.projection.ts';\n`,
      },
      importOf(symbol, folder),
      {
        path: projectedPath,
        at: '\n};',
        side: 'before',
        insert: `\n  ${symbol},`,
      },
    ],
    next: [
      `its document, its keys and how events change it: ${base}/${file}.projection.ts`,
      `the query that reads it: reads.${symbol}, which a port of ${base} names`,
      'it runs, is rebuilt and verified already: npm start, then npx ffapi projections rebuild --verify',
    ],
  };
};
