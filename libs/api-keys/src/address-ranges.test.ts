import { expect, it } from 'vitest';
import { addressGroup, areWithin, isInRanges } from './address-ranges.ts';

it.each([
  [[], '192.0.2.1', true],
  [['192.0.2.1'], '192.0.2.1', true],
  [['192.0.2.1'], '192.0.2.2', false],
  [['192.0.2.0/24', '2001:db8::/32'], '192.0.2.255', true],
  [['192.0.2.0/24', '2001:db8::/32'], '192.0.3.0', false],
  [['192.0.2.0/24', '2001:db8::/32'], '2001:db8::7', true],
  [['192.0.2.0/24', '2001:db8::/32'], '2001:db9::7', false],
  [['127.0.0.1'], '::ffff:127.0.0.1', true],
  [['::ffff:127.0.0.1'], '127.0.0.1', true],
  [['0.0.0.0/0'], '2001:db8::7', false],
  [['192.0.2.0/24'], 'not an address', false],
] as const)('%j holds %s: %s', (ranges, address, expected) => {
  expect(isInRanges(ranges, address)).toBe(expected);
});

it.each([
  [[], ['192.0.2.1'], true],
  [[], [], true],
  [['192.0.2.0/24'], [], false],
  [['192.0.2.0/24'], ['192.0.2.7'], true],
  [['192.0.2.0/24'], ['192.0.2.128/25', '192.0.2.0/24'], true],
  [['192.0.2.0/24'], ['192.0.2.0/23'], false],
  [['192.0.2.0/24'], ['192.0.2.1', '198.51.100.1'], false],
  [['192.0.2.1'], ['192.0.2.1/32'], true],
  [['192.0.2.1'], ['192.0.2.0/31'], false],
  [['::/0'], ['192.0.2.1'], false],
  [['0.0.0.0/0'], ['2001:db8::/32'], false],
  [['2001:db8::/32'], ['2001:db8:1::/48'], true],
  [['127.0.0.1'], ['::ffff:127.0.0.1'], true],
] as const)('%j holds all of %j: %s', (outer, inner, expected) => {
  expect(areWithin(outer, inner)).toBe(expected);
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1'],
  ['2001:0db8::1', '2001:db8:0:0'],
  ['2001:db8:0:1::', '2001:db8:0:1'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['no address', 'no address'],
])('%s counts as %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
});
