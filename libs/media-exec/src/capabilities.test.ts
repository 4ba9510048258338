import { expect, it } from 'vitest';
import { versionWarning } from './capabilities.ts';

it.each([
  ['5.1.9-0+deb12u1', true],
  ['5.1.10', false],
  ['n7.1.5', false],
  ['7.1.4', true],
  ['4.4.2', true],
  ['8.1.3', false],
  ['9.0.2', false],
  ['N-12345-gabcdef', false],
])('%s is old: %s', (version, isOld) => {
  expect(versionWarning(version) !== null).toBe(isOld);
});
