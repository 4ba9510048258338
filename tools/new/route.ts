import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lint/repository.ts';
import type { Change, Recipe } from './change.ts';
import { camel, kebab, wordsOf, wrongWords } from './words.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

const routeOf = (id: string, method: string, path: string, tag: string): string => `  ${camel(id)}: defineRoute({
    id: '${id}',
    method: '${method}',
    path: '${path}',
    tag: '${tag}',
    summary: 'What it does, in one sentence.',
    access: 'platform:read',
    success: 200,
    response: z.object({ ok: z.boolean().describe('What it says.') }),
    errors: [],
  }),
`;

/** A capability of its own: a table of routes, and a folder of the gateway that handles them. */
const newCapability = (folder: string, id: string, route: string): Change[] => {
  const table = `${camel(folder)}Routes`;
  const handlers = `${camel(folder)}Handlers`;
  return [
    {
      path: `contracts/src/api/routes/${folder}-routes.ts`,
      content: `import { z } from 'zod';
import { defineRoute, type Route } from '../route.ts';

export const ${table} = {
${route}} satisfies Record<string, Route>;
`,
    },
    {
      path: 'contracts/src/api/routes.ts',
      at: '\nexport type { legacyRecordRoutes }',
      side: 'before',
      insert: `import { ${table} } from './routes/${folder}-routes.ts';\n`,
    },
    { path: 'contracts/src/api/routes.ts', at: 'export {\n  auditRoutes,\n', side: 'after', insert: `  ${table},\n` },
    {
      path: 'contracts/src/api/routes.ts',
      at: '  legacyRoutes,\n] as const;',
      side: 'before',
      insert: `  ${table},\n`,
    },
    {
      path: `services/gateway/src/${folder}/${folder}.handlers.ts`,
      content: `import type { ${table} } from '@ffapi/contracts';
import type { HandlersOf } from '../requests/index.ts';

export const ${handlers} = (): HandlersOf<typeof ${table}> => ({
  ${id}: async () => ({ body: { ok: true } }),
});
`,
    },
    {
      path: `services/gateway/src/${folder}/index.ts`,
      content: `export { ${handlers} } from './${folder}.handlers.ts';\n`,
    },
    {
      path: 'services/gateway/src/gateway.service.ts',
      at: '\nexport const name =',
      side: 'before',
      insert: `import { ${handlers} } from './${folder}/index.ts';\n`,
    },
    {
      path: 'services/gateway/src/gateway.service.ts',
      at: '          ...docHandlers(),\n',
      side: 'after',
      insert: `          ...${handlers}(),\n`,
    },
  ];
};

/** A route in the table of its capability, which is made with it where there is none. */
export const newRoute = (given: readonly string[]): Recipe => {
  const usage = 'route CAPABILITY id METHOD /path, such as things list_things GET /v1/things';
  const words = wordsOf(given, ['capability', 'id', 'method', 'path'], usage);
  const folder = kebab(words.capability);
  const method = words.method.toUpperCase();
  if (!methods.includes(method) || !words.path.startsWith('/')) throw wrongWords(usage);
  const table = `contracts/src/api/routes/${folder}-routes.ts`;
  const route = routeOf(words.id, method, words.path, 'platform');
  return {
    changes: existsSync(join(root, table))
      ? [{ path: table, at: '\n} satisfies Record<string, Route>;', side: 'before', insert: `\n${route.trimEnd()}` }]
      : newCapability(folder, words.id, route),
    next: [
      `what it takes and answers, who may call it, and its errors: ${table}`,
      `what it does: the handler that the compiler asks for, in services/gateway/src/${folder}`,
      `a test beside it, and a line of the access matrix where it concerns a resource of a tenant`,
    ],
  };
};
