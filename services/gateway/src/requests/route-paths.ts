import { pathPattern, pathsOf, routes } from '@ffapi/contracts';

export const pathOf = (url: string): string => url.split('?')[0] ?? '/';

const patterns = routes.flatMap((route) =>
  pathsOf(route).map((path) => ({ method: route.method, pattern: pathPattern(path) })),
);

/** The methods that the path of this URL takes; none where the path is not known. */
export const methodsOf = (url: string): string[] => {
  const path = pathOf(url);
  const found = patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  return [...new Set([...found, ...(found.includes('GET') ? ['HEAD'] : []), ...(found.length > 0 ? ['OPTIONS'] : [])])];
};
