import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** An IPv4 address that came in IPv6 clothes (RFC 4291, 2.5.5.2) as itself. */
const plain = (address: string): string => /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;

const kindOf = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6');

/** By the ranges they were made from: each request asks, and there may be a thousand. */
const lists = new WeakMap<readonly string[], BlockList>();

const listOf = (ranges: readonly string[]): BlockList => {
  const known = lists.get(ranges);
  if (known) return known;
  const list = new BlockList();
  for (const range of ranges) {
    const [base = '', bits] = range.split('/');
    if (bits === undefined) list.addAddress(plain(base), kindOf(plain(base)));
    else list.addSubnet(base, Number(bits), kindOf(base));
  }
  lists.set(ranges, list);
  return list;
};

/** Whether an address lies in one of the ranges, each an address or CIDR; no ranges: any does. */
export const isInRanges = (ranges: readonly string[], address: string): boolean => {
  if (ranges.length === 0) return true;
  const from = plain(address);
  return (isIPv4(from) || isIPv6(from)) && listOf(ranges).check(from, kindOf(from));
};

const bitsOf = (range: string): number => {
  const [base = '', bits] = range.split('/');
  return bits === undefined ? (kindOf(plain(base)) === 'ipv4' ? 32 : 128) : Number(bits);
};

/** Whether every address of the inner ranges lies in an outer one; no ranges: all addresses. */
export const areWithin = (outer: readonly string[], inner: readonly string[]): boolean => {
  if (outer.length === 0) return true;
  if (inner.length === 0) return false;
  return inner.every((range) => {
    const base = range.split('/')[0] ?? '';
    return outer.some(
      (each) =>
        kindOf(plain(each.split('/')[0] ?? '')) === kindOf(plain(base)) &&
        bitsOf(each) <= bitsOf(range) &&
        isInRanges([each], base),
    );
  });
};

/** What is counted as one: an address of IPv4, or the network that a customer with IPv6 is given at least (/64). */
export const addressGroup = (address: string): string => {
  const from = plain(address);
  if (!isIPv6(from)) return from;
  const [front = '', back] = (from.split('%')[0] ?? '').split('::');
  const groups = front === '' ? [] : front.split(':');
  const missing = back === undefined ? 0 : 8 - groups.length - (back === '' ? 0 : back.split(':').length);
  const all = [...groups, ...Array.from({ length: missing }, () => '0'), ...(back ? back.split(':') : [])];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
};
