import type { Route } from './route.ts';

const version = '/v1';

/** Paths from before everything had a version, which therefore have a twin under one. */
const unversioned = /^\/(webhooks|files)(\/|$)/;

/** `/v1/files/{id}` is a file's description: in documents its bytes keep the path that links have. */
const isShownUnversioned = /^\/files\//;

/**
 * Every path of a route, with the same handler, rights and limits. The first is for documents; `path` itself always is
 * among them.
 */
export const pathsOf = ({ path }: Pick<Route, 'path'>): readonly [string, ...string[]] => {
  if (!unversioned.test(path)) return [path];
  const twin = version + path;
  return isShownUnversioned.test(path) ? [path, twin] : [twin, path];
};
