import { routes } from '@ffapi/contracts';
import type { Chance } from './chance.ts';

/** Parts of a path and values of a query that somebody may hope are taken for something else. */
const nasty: readonly string[] = [
  ['', '.', '..', '%2e%2e', '*', '>', '%2A', '%3E', '%00', '%0d%0aX-Injected:%201', '%', '%zz', '%c0%ae', '%ff'],
  ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'true', '-1', '0', '1e309'],
  ['job_00000000', 'job_*', 'job_>', 'file_00000000', 'file_%2e%2e', 'file_00000000.signature.0.0', 'key_admin'],
  ['user_00000000', 'wh_00000000', 'preset:x', 'a,b', 'completed,foo', '[', ']', '{}', '"', "'", '<x>', '|', '\\'],
  ['9'.repeat(20), 'a'.repeat(1_100), '%E2%80%AE', '%F0%9F%8E%AC', '2026-01-01', '0000-99-99T99:99:99Z', ';', '~'],
].flat();

const queryNames: readonly string[] = [
  ['limit', 'cursor', 'q', 'status', 'type', 'after', 'before', 'from', 'to', 'format', 'sort', 'api_key', 'fields'],
  ['__proto__', 'constructor', 'limit[]', 'a[b][c]', 'exp', 'sig', 'download', 'group_by', 'days', 'severity'],
].flat();

const query = (chance: Chance): string => {
  const pairs = Array.from({ length: 1 + chance.int(3) }, () => {
    const name = chance.one(queryNames);
    return chance.is(0.1) ? name : `${name}=${chance.one(nasty)}`;
  });
  return `?${pairs.join(chance.one(['&', '&', '&&', ';']))}`;
};

/** A target that names no path of this host. */
const noPath: readonly string[] = [
  ['//', '///', 'http://', 'https://', '//[', '//:99999/', '//a:b', '//@', '/\\', '*', '', '/', '?', '#', '//%'],
  ['http://[', 'http://a:b/', 'http://x/v1/jobs', 'HTTP://X/health', 'gateway:443', 'gateway:x', 'ftp://x/', 'file:'],
  ['//a/../b', '/..//', '/%2f%2f', '/%5c', 'http:///v1/jobs', 'javascript:1', '\u00e9', '/\u00e9', '/a b', '/a\tb'],
].flat();

const filled = (chance: Chance, path: string): string =>
  path.replaceAll(/\{[^}]+\}/g, () =>
    chance.is(0.2) ? `${chance.one(nasty)}/${chance.one(nasty)}` : chance.one(nasty),
  );

export interface Target {
  readonly method: string;
  readonly text: string;
}

const methods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'M-SEARCH',
];

/** Most name a route and have values in it that are none. */
export const target = (chance: Chance): Target => {
  if (chance.is(0.15)) return { method: chance.one([...methods, 'get', 'FOO', 'PRI', '']), text: chance.one(noPath) };
  const route = chance.one(routes);
  const path = filled(chance, route.path);
  return {
    method: chance.is(0.1) ? chance.one(methods) : route.method,
    text: chance.is(0.5) ? path + query(chance) : path,
  };
};

export const upgradeTarget = (chance: Chance): string =>
  chance.is(0.5) ? chance.one(noPath) : `/v1/jobs/${chance.one(nasty)}/ws${chance.is(0.5) ? query(chance) : ''}`;
