import { expect, it } from 'vitest';
import { closeBy, editDistance, probablyMeant } from './misspelt.ts';

it.each([
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['port', 'prot', 1],
  ['same', 'same', 0],
])('%s and %s are %i apart', (one, other, distance) => expect(editDistance(one, other)).toBe(distance));

it.each([
  ['crff', 'crf'],
  ['colour', 'color'],
  ['input_ulr', 'input_url'],
  ['output_fromat', 'output_format'],
  ['fps', null],
  ['zz', null],
  ['nothing_like_it', null],
  ['x'.repeat(100_000), null],
])('among the fields of a body, %.20s means %s', (given, meant) =>
  expect(probablyMeant(given, ['crf', 'color', 'input_url', 'output_format'], closeBy)).toBe(meant),
);
