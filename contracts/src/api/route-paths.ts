import type { PathParamKind } from './path-param.ts';
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

/** What a request's path is like that a declared path means, with or without a slash at its end. */
export const pathPattern = (path: string): RegExp =>
  new RegExp(
    `^${path
      .replaceAll('.', '\\.')
      .replace(/\{[^}]*\*\}/, '.*')
      .replaceAll(/\{[^}]+\}/g, '[^/]+')}/?$`,
  );

/** The path of a route with a value in place of each parameter, by what that names. */
export const filledPath = (
  { path, params = {} }: Pick<Route, 'path' | 'params'>,
  valueOf: (kind: PathParamKind, name: string) => string,
): string =>
  path.replace(/\{([^}*]+)\*?\}/g, (_, name: string) => {
    const param = params[name];
    if (!param) throw new Error(`${path}: ${name} names nothing`);
    return valueOf(param.names, name);
  });
