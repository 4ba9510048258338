import { isIP, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** `public`: global unicast. `private`: reachable only with ALLOW_PRIVATE_IPS. `refused`: never dialled. */
export type AddressClass = 'public' | 'private' | 'refused';

const privateRanges = new Set<string>(['private', 'loopback', 'uniqueLocal', 'carrierGradeNat']);

// Cloud metadata and host agents outside of the link-local range: Azure, AWS, Google and Oracle (IPv6), Alibaba.
const metadataAddresses = new Set([
  '168.63.129.16',
  'fd00:ec2::254',
  'fd20:ce::254',
  'fd00:c1::a9fe:a9fe',
  '100.100.100.200',
]);

type Block = [ipaddr.IPv6, number];

/** All that IANA has given out as global unicast (RFC 4291 §2.4); to ipaddr.js the rest of IPv6 is ordinary, too. */
const globalUnicast: Block = [ipaddr.IPv6.parse('2000::'), 3];
/** Of those, what is no host of its own: protocol assignments (RFC 2928), documentation (RFC 3849, RFC 9637), 6to4. */
const specialBlocks: readonly Block[] = [
  [ipaddr.IPv6.parse('2001::'), 23],
  [ipaddr.IPv6.parse('2001:db8::'), 32],
  [ipaddr.IPv6.parse('2002::'), 16],
  [ipaddr.IPv6.parse('3fff::'), 20],
];

/** What an IP address is for; text that is no address is refused. */
export const classifyAddress = (text: string): AddressClass => {
  if (isIP(text) === 0 || text.includes('%')) return 'refused';
  const address = ipaddr.parse(canonical(text));
  if (metadataAddresses.has(address.toString())) return 'refused';
  const range = address.range();
  if (privateRanges.has(range)) return 'private';
  if (address instanceof ipaddr.IPv6) {
    if (range === 'ipv4Mapped')
      return classifyAddress(address.toIPv4Address().toString()) === 'refused' ? 'refused' : 'private';
    if (!address.match(globalUnicast) || specialBlocks.some((block) => address.match(block))) return 'refused';
  }
  return range === 'unicast' ? 'public' : 'refused';
};

// ipaddr.js reads `::1.2.3.4` as `::ffff:1.2.3.4`; written without dots it cannot.
const canonical = (text: string): string => (isIPv6(text) ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text);

/** Whether this address may be dialled under the rules of this installation. */
export const isAllowedAddress = (text: string, allowPrivateIps: boolean): boolean => {
  const found = classifyAddress(text);
  return found === 'public' || (found === 'private' && allowPrivateIps);
};
