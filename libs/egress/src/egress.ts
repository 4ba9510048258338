import { openStream, type ByteStream, type ByteStreamOptions } from './byte-stream.ts';
import { Connections } from './connections.ts';
import {
  addressesOfThisMachine,
  dialSocket,
  resolveAbsolute,
  resolveWithSystem,
  type Dialler,
  type Resolver,
} from './dial.ts';
import { download, type Downloaded, type DownloadOptions } from './download.ts';
import { send, type PostOptions, type SendAnswer, type SendOptions } from './send.ts';

export interface EgressOptions {
  /** ALLOW_PRIVATE_IPS: opens private and loopback addresses and every port, for laptops and tests. */
  readonly allowPrivateIps: boolean;
  readonly ports?: readonly number[] | undefined;
  /** Names and addresses of this platform, which it does not call where private addresses are closed. */
  readonly ownHosts?: readonly string[] | undefined;
  /** When absent: those of the network interfaces of this machine, where `ownHosts` are given. */
  readonly ownAddresses?: (() => readonly string[]) | undefined;
  readonly resolver?: Resolver | undefined;
  readonly dialler?: Dialler | undefined;
  /** Milliseconds that only go forward. */
  readonly now?: (() => number) | undefined;
}

/** The only way out to URLs that users gave. Proxies named in the environment are not used. */
export interface Egress {
  download(url: string, options: DownloadOptions): Promise<Downloaded>;
  /** On a connection that is kept for the next call to the same origin. */
  send(url: string, options: SendOptions): Promise<SendAnswer>;
  post(url: string, options: PostOptions): Promise<SendAnswer>;
  /** A connection of its own to a `tcp:` or `tls:` URL; who opens it closes it. */
  openStream(url: string, options?: ByteStreamOptions): Promise<ByteStream>;
  /** Ends calls in flight and closes what was kept. */
  close(): Promise<void>;
}

export const createEgress = (options: EgressOptions): Egress => {
  const { allowPrivateIps, ports, ownHosts, dialler = dialSocket } = options;
  const ownAddresses = options.ownAddresses ?? (ownHosts === undefined ? () => [] : addressesOfThisMachine);
  const resolver = options.resolver ?? (allowPrivateIps ? resolveWithSystem : resolveAbsolute);
  const rules = {
    allowPrivateIps,
    ports,
    ownHosts,
    ownAddresses,
    resolver,
    dialler,
    now: options.now ?? (() => performance.now()),
  };
  const connections = new Connections(rules);
  return {
    download: (url, settings) => download(url, settings, rules),
    send: (url, settings) => send(url, settings, rules, connections),
    post: (url, settings) => send(url, { ...settings, method: 'POST' }, rules, connections),
    openStream: (url, settings = {}) => openStream(url, settings, rules),
    close: () => connections.close(),
  };
};
