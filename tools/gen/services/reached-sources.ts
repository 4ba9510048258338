import { dirname, join } from 'node:path';
import { readText, sourceFiles } from '../../lint/repository.ts';

/** Code of services and libraries by its path, without comments: anything may be named in those. */
const codes: ReadonlyMap<string, string> = new Map(
  sourceFiles
    .filter((path) => /^(services|libs)\/[\w-]+\/src\/.*\.ts$/.test(path) && !/\.(test|suite|double)\.ts$/.test(path))
    .map((path) => [path, readText(path).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')]),
);

/** Where each value of a library is declared. */
const declared: ReadonlyMap<string, string> = new Map(
  [...codes].flatMap(([path, text]) => {
    const library = /^libs\/([\w-]+)\//.exec(path)?.[1];
    const symbols = text.matchAll(/^export (?:async )?(?:const|function\*?|class) (\w+)/gm);
    return library === undefined
      ? []
      : [...symbols].map(([, symbol]) => [`@ffapi/${library} ${symbol}`, path] as const);
  }),
);

/** The files that a file has values from; types lead nowhere, since what is given to a service is not its own doing. */
const usedBy = (path: string, text: string): string[] =>
  [...text.matchAll(/(?:import|export)\s+\{([^}]*)\}\s+from\s+'([^']+)'/g)].flatMap(([, names = '', from = '']) => {
    const symbols = names.split(',').map((each) => each.trim().split(' as ')[0] ?? '');
    const values = symbols.filter((each) => each !== '' && !each.startsWith('type '));
    if (values.length === 0) return [];
    if (from.startsWith('.')) return [join(dirname(path), from)];
    return values.flatMap((symbol) => declared.get(`${from} ${symbol}`) ?? []);
  });

/** The sources that a service is made of, with their text: its own, and the files of libraries that they use. */
export const reachedSources = (service: string): ReadonlyMap<string, string> => {
  const reached = new Map<string, string>();
  const visit = (path: string): void => {
    const text = codes.get(path);
    if (text === undefined || reached.has(path)) return;
    reached.set(path, text);
    for (const used of usedBy(path, text)) visit(used);
  };
  for (const path of codes.keys()) if (path.startsWith(`services/${service}/src/`)) visit(path);
  return reached;
};
