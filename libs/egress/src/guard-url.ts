import { isIP } from 'node:net';
import { isAllowedAddress } from './addresses.ts';
import { EgressFailure } from './failure.ts';

export interface UrlRules {
  /** Opens private addresses, local names and every port; never metadata services. */
  readonly allowPrivateIps?: boolean | undefined;
  readonly ports?: readonly number[] | undefined;
  /** Names and addresses of this platform: it does not call itself where private addresses are closed. */
  readonly ownHosts?: readonly string[] | undefined;
}

const defaultPorts = [80, 443, 8080, 8443];

// Names that only a local resolver knows: RFC 6761, RFC 6762, RFC 8375, RFC 9476 and what clusters and networks use.
const localSuffixes = (
  'localhost local localdomain localnet internal home.arpa lan intranet intra corp home mail private alt onion ' +
  'svc cluster consul nomad mesh docker kube k8s kubernetes lxd incus libvirt vpn domain workgroup gateway router'
).split(' ');

/**
 * The parsed URL when nothing in its text speaks against fetching it; throws `EgressFailure` otherwise.
 * Names are not resolved here: that happens, and is checked, at each connection.
 */
export const guardUrl = (
  text: string,
  { allowPrivateIps = false, ports = defaultPorts, ownHosts = [] }: UrlRules = {},
): URL => {
  // Parsers disagree on backslashes and silently drop control characters: what was checked might not be what is dialled.
  // oxlint-disable-next-line no-control-regex
  if (/[\\\u0000-\u001f\u007f]/.test(text))
    throw new EgressFailure('url_refused', 'it has a backslash or a control character');
  if (!URL.canParse(text)) throw new EgressFailure('url_refused', 'it is not a URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new EgressFailure('url_scheme_refused');
  if (url.username !== '' || url.password !== '')
    throw new EgressFailure('url_refused', 'it has a user name or password');
  if (!allowPrivateIps && !ports.includes(portOf(url))) throw new EgressFailure('url_port_refused');
  const host = hostOf(url);
  if (!allowPrivateIps && isOneOf(ownHosts, host))
    throw new EgressFailure('url_refused', 'it leads to this platform itself: give the id of a stored file');
  const isAllowed = isIP(host) ? isAllowedAddress(host, allowPrivateIps) : allowPrivateIps || isPublicName(host);
  if (!isAllowed) throw new EgressFailure('url_refused', 'its host is not public');
  return url;
};

/** The URL without what may be secret: user-info, query and fragment. */
export const redactUrl = (url: string | URL): string => {
  if (!URL.canParse(String(url))) return 'invalid URL';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
};

// Syslog over TCP (RFC 3195 reserved 601) and TLS (RFC 5425) beside the web.
const portsOfSchemes: Readonly<Record<string, number>> = { 'https:': 443, 'tcp:': 601, 'tls:': 6514 };

export const portOf = (url: URL): number => Number(url.port || (portsOfSchemes[url.protocol] ?? 80));

/** The name or bare address to resolve and to check certificates against. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

const bare = (host: string): string => host.toLowerCase().replace(/^\[|\]$|\.$/g, '');

/** Whether a host is written among these. */
export const isOneOf = (hosts: readonly string[], host: string): boolean =>
  hosts.some((each) => bare(each) === bare(host));

const isPublicName = (host: string): boolean =>
  host.includes('.') && !localSuffixes.some((suffix) => host === suffix || host.endsWith(`.${suffix}`));
