import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathParam, routes } from '@ffapi/contracts';
import { readText, repositoryFiles, root, sourceFiles } from '../lint/repository.ts';
import { WrongWords, type Change, type Recipe } from './change.ts';
import { camel, kebab, wordsOf, wrongWords } from './words.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

interface NewRoute {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}

/** Kinds of ids by the names that parameters of a path have; of others only their writer knows. */
const kindsOf = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) => {
    const kind = name.replace(/Id$|_id$/, '');
    return Object.hasOwn(pathParam, kind) ? [`${name}: pathParam.${kind}`] : [];
  });

const routeOf = ({ id, method, path }: NewRoute, { tag, access }: { tag: string; access: string }): string => {
  const params = kindsOf(path);
  return `  ${camel(id)}: defineRoute({
    id: '${id}',
    method: '${method}',
    path: '${path}',
    tag: '${tag}',
    summary: 'What it does, in one sentence.',
    access: '${access}',
${params.length === 0 ? '' : `    params: { ${params.join(', ')} },\n`}    success: 200,
    response: z.object({ ok: z.boolean().describe('What it says.') }),
    errors: [],
  }),
`;
};

const importOfKinds = "import { pathParam } from '../path-param.ts';\n";

/** Where the handlers of a table of routes are: they name its type. */
const handlersOf = (table: string): string | undefined =>
  sourceFiles.find(
    (path) => path.startsWith('services/gateway/src/') && readText(path).includes(`HandlersOf<typeof ${table}>`),
  );

/** A capability of its own: a table of routes, and a folder of the gateway that handles them. */
const newCapability = (folder: string, id: string, route: string): Change[] => {
  const table = `${camel(folder)}Routes`;
  const open = camel(`open-${folder}`);
  return [
    {
      path: `contracts/src/api/routes/${folder}-routes.ts`,
      content: `import { z } from 'zod';
${route.includes('pathParam.') ? importOfKinds : ''}import { defineRoute, type Route } from '../route.ts';

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
import type { HandlersOf, Slice } from '../requests/index.ts';

export const ${open} = (): Slice<HandlersOf<typeof ${table}>> => ({
  handlers: {
    ${id}: async () => ({ body: { ok: true } }),
  },
});
`,
    },
    {
      path: `services/gateway/src/${folder}/index.ts`,
      content: `export { ${open} } from './${folder}.handlers.ts';\n`,
    },
    {
      path: 'services/gateway/src/gateway.service.ts',
      at: '\nexport const name =',
      side: 'before',
      insert: `import { ${open} } from './${folder}/index.ts';\n`,
    },
    {
      path: 'services/gateway/src/gateway.service.ts',
      at: '    openPages(),\n',
      side: 'after',
      insert: `    ${open}(),\n`,
    },
  ];
};

const tables = 'contracts/src/api/routes';
const pathOf = (capability: string): string => `${tables}/${capability}-routes.ts`;

const namesOfTables = (): string =>
  repositoryFiles
    .filter((path) => path.startsWith(`${tables}/`) && path.endsWith('-routes.ts'))
    .map((path) => basename(path, '-routes.ts'))
    .join(', ');

/** A table is named by one of its things, its folder often by many: `keys` has the routes of `key`. */
const capabilityOf = (given: string): string => {
  const found = [given, given.replace(/s$/, '')].find((name) => existsSync(join(root, pathOf(name))));
  if (found === undefined && existsSync(join(root, 'services/gateway/src', given)))
    throw new WrongWords(
      `services/gateway/src/${given} is there, and has no table of routes of that name: name one of ${namesOfTables()}`,
    );
  return found ?? given;
};

const refuseTaken = ({ id, method, path }: NewRoute): void => {
  const other = routes.find((route) => route.id === id || (route.method === method && route.path === path));
  if (other) throw new WrongWords(`there is a route already: ${other.id} ${other.method} ${other.path}`);
};

/** One more route of a table, with the tag and the access of the one before it. */
const addedRoute = (table: string, given: NewRoute): Change[] => {
  const text = readText(table);
  const last = (field: string): string => [...text.matchAll(new RegExp(`${field}: '([^']+)'`, 'g'))].at(-1)?.[1] ?? '';
  const route = routeOf(given, { tag: last('tag') || 'platform', access: last('access') || 'platform:read' });
  const isMissing = (line: string): boolean => !text.includes(line.trim());
  return [
    ...[importOfKinds, "import { z } from 'zod';\n"]
      .filter((line) => isMissing(line) && (line !== importOfKinds || route.includes('pathParam.')))
      .map((insert): Change => ({ path: table, at: 'import ', side: 'before', insert })),
    { path: table, at: '\n} satisfies Record<string, Route>;', side: 'before', insert: `\n${route.trimEnd()}` },
  ];
};

/** A route in the table of its capability, which is made with it where there is none. */
export const newRoute = (given: readonly string[]): Recipe => {
  const usage = 'route CAPABILITY id METHOD /path, such as things list_things GET /v1/things';
  const words = wordsOf(given, ['capability', 'id', 'method', 'path'], usage);
  const method = words.method.toUpperCase();
  if (!methods.includes(method) || !words.path.startsWith('/')) throw wrongWords(usage);
  const route = { id: words.id, method, path: words.path };
  refuseTaken(route);
  const folder = capabilityOf(kebab(words.capability));
  const table = pathOf(folder);
  const isThere = existsSync(join(root, table));
  const handlers = isThere
    ? (handlersOf(`${camel(folder)}Routes`) ?? 'services/gateway/src')
    : `services/gateway/src/${folder}/${folder}.handlers.ts`;
  return {
    changes: isThere
      ? addedRoute(table, route)
      : newCapability(folder, words.id, routeOf(route, { tag: 'platform', access: 'platform:read' })),
    next: [
      `what it takes and answers, who may call it, and its errors: ${table}`,
      ...(words.path.includes('{') ? [`the kind of id of each {…} in its path: params: { id: pathParam.… }`] : []),
      `what it does: ${isThere ? 'the handler that the compiler asks for, in ' : ''}${handlers}`,
      'a test in infra/local/test; the access matrix asks the route by itself, and for an example of each new kind of id',
    ],
  };
};
