import { jobResource, pathPattern, pathsOf, routes, type Route } from '@ffapi/contracts';
import { expect } from 'vitest';
import { z } from 'zod';

const marks = ({ path }: Route): number => path.split('{').length;

/** Those with a fixed path before those that it could be a parameter of. */
const known = routes
  .toSorted((one, other) => marks(one) - marks(other))
  .map((route) => ({ route, patterns: pathsOf(route).map(pathPattern) }));

const routeOf = (method: string, path: string): Route | undefined =>
  known.find(({ route, patterns }) => route.method === method && patterns.some((pattern) => pattern.test(path)))?.route;

/** Of a job that was waited for, the members of its result stand at top level, too. */
const waitedJob = jobResource.loose();

const schemaOf = (route: Route, status: number): z.ZodType | undefined => {
  const other = route.otherwise?.[status]?.response;
  if (other) return route.response === jobResource ? z.union([waitedJob, other]) : other;
  return status === route.success ? route.response : undefined;
};

/** Fails where JSON was answered that the route does not declare. */
export const expectDeclared = (method: string, url: string, { status, body }: { status: number; body: unknown }) => {
  const { pathname } = new URL(url, 'http://platform');
  const route = routeOf(method, pathname);
  if (!route) return;
  const schema = schemaOf(route, status);
  if (!schema && status >= 300) return;
  const { error } = (schema ?? z.never()).safeParse(body);
  expect(error && z.prettifyError(error), `${method} ${pathname} ${status} ${JSON.stringify(body)}`).toBeUndefined();
};
