import { expect, it } from 'vitest';
import { originSaid } from './request-origin.ts';

const own = ['https://media.example.com'];

it.each([
  [undefined, undefined, 'nothing'],
  [undefined, 'none', 'nothing'],
  [undefined, 'same-origin', 'own'],
  [undefined, 'same-site', 'foreign'],
  [undefined, 'cross-site', 'foreign'],
  [undefined, 'something new', 'foreign'],
  ['https://media.example.com', undefined, 'own'],
  ['https://media.example.com', 'none', 'own'],
  ['https://media.example.com', 'same-origin', 'own'],
  ['https://media.example.com', 'cross-site', 'foreign'],
  ['https://media.example.com:8443', 'same-origin', 'foreign'],
  ['http://media.example.com', undefined, 'foreign'],
  ['https://media.example.com.evil.example', undefined, 'foreign'],
  ['null', undefined, 'foreign'],
  ['', undefined, 'foreign'],
] as const)('Origin %j with Sec-Fetch-Site %j is %s', (origin, fetchSite, expected) => {
  expect(originSaid({ origin, fetchSite, own })).toBe(expected);
});
