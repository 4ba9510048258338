import { expect, it } from 'vitest';
import { requestTarget } from './request-target.ts';

it.each([
  ['/v1/jobs', '/v1/jobs', ''],
  ['/v1/jobs?after=3', '/v1/jobs', 'after=3'],
  ['http://gateway.example:8080/v1/jobs?after=3', '/v1/jobs', 'after=3'],
  ['HTTPS://[::1]/', '/', ''],
  ['/:99999/', '/:99999/', ''],
  ['/a//b', '/a//b', ''],
])('%s asks for %s', (text, path, query) => {
  const target = requestTarget(text);
  expect([target?.path, target?.query.toString()]).toEqual([path, query]);
});

it.each([
  ['', '*', 'v1/jobs', 'gateway:443', '//', '///', '//[', '//:99999/', '//a:b', '//host/v1/jobs'],
  ['http:', 'http:/', 'http://', 'http:///', 'http://[', 'http://a:b/', 'http://:99999/', 'https://?', 'ftp://host/'],
])('what is no target is refused', (...texts) => {
  expect(texts.map((text) => [text, requestTarget(text)])).toEqual(texts.map((text) => [text, null]));
});
