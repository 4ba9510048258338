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

// ipaddr.js takes IPv4-compatible addresses (RFC 4291 §2.5.5.1) for ordinary unicast.
const ipv4Compatible: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('::'), 96];
// Nor does it know the dummy prefix of RFC 9780 yet.
const dummyPrefix: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('100:0:0:1::'), 64];

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
    if (address.match(ipv4Compatible) || address.match(dummyPrefix)) return 'refused';
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
