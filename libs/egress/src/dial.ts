import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as connectTls } from 'node:tls';
import { isAllowedAddress } from './addresses.ts';
import { EgressFailure } from './failure.ts';
import { hostOf, isOneOf, portOf, type UrlRules } from './guard-url.ts';

export interface DialTarget {
  /** Every one of them was checked; no other may be dialled. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** For the certificate; never resolved again. */
  readonly hostname: string;
  readonly isTls: boolean;
  /** What is spoken inside of TLS, as ALPN names it; absent: HTTP/1.1. */
  readonly alpn?: readonly string[];
}

/** Opens a connection to one of the target's addresses. */
export type Dialler = (target: DialTarget, signal: AbortSignal) => Promise<Socket>;

/** All addresses of a name. */
export type Resolver = (hostname: string) => Promise<readonly string[]>;

/** The rules of one installation and its ways to resolve and dial. */
export interface GuardRules extends UrlRules {
  readonly resolver: Resolver;
  readonly dialler: Dialler;
  /** Addresses of this machine, which is not called where private addresses are closed. */
  readonly ownAddresses: () => readonly string[];
}

export const resolveWithSystem: Resolver = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

/** Names as they are: a search list (`svc.cluster.local`) would make one of the cluster of a name that looks public. */
export const resolveAbsolute: Resolver = (hostname) => resolveWithSystem(`${hostname}.`);

/** Addresses of the network interfaces of this machine, as of now. */
export const addressesOfThisMachine = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? []);

export const dialSocket: Dialler = (target, signal) =>
  new Promise((resolve, reject) => {
    const socket = openSocket(target);
    const abort = () => socket.destroy(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', reject);
    socket.once(target.isTls ? 'secureConnect' : 'connect', () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', reject);
      resolve(socket);
    });
  });

const openSocket = ({ addresses, port, hostname, isTls, alpn = ['http/1.1'] }: DialTarget): Socket => {
  const checked: LookupFunction = (_name, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: isIP(address) })),
    );
  const options = { host: hostname, port, lookup: checked, autoSelectFamily: true };
  if (!isTls) return connectTcp(options);
  const named = isIP(hostname) ? {} : { servername: hostname };
  return connectTls({ ...options, ...named, ...(alpn.length > 0 && { ALPNProtocols: [...alpn] }) });
};

/**
 * Resolves, checks and dials in one go, so that a name cannot change between check and use.
 * One address that is not allowed refuses the whole name.
 */
export const dialChecked = async (url: URL, rules: GuardRules, signal: AbortSignal): Promise<Socket> => {
  const hostname = hostOf(url);
  const addresses = isIP(hostname) ? [hostname] : await abortable(rules.resolver(hostname), signal);
  if (addresses.length === 0)
    throw new EgressFailure('input_unreachable', 'its host has no address', {
      cause: Object.assign(new Error('no address'), { code: 'ENODATA' }),
    });
  if (!addresses.every((address) => isAllowedAddress(address, rules.allowPrivateIps ?? false))) {
    throw new EgressFailure('url_refused', 'its host is not public');
  }
  const { allowPrivateIps = false, ownHosts = [] } = rules;
  const own = allowPrivateIps ? [] : [...ownHosts, ...rules.ownAddresses()];
  if (addresses.some((address) => isOneOf(own, address)))
    throw new EgressFailure('url_refused', 'it leads to this platform itself: give the id of a stored file');
  const isPlainTls = url.protocol === 'tls:';
  const isTls = isPlainTls || url.protocol === 'https:';
  const target = { addresses, port: portOf(url), hostname, isTls, ...(isPlainTls && { alpn: [] }) };
  signal.throwIfAborted();
  return abortable(rules.dialler(target, signal), signal);
};

const abortable = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};
