import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { readlinkSync } from 'node:fs';
import { eventually } from '../eventually.ts';
import { run, start } from './run.ts';

/** Addresses for documentation: nobody has them. */
const here = '198.51.100.1';
const there = '198.51.100.2';
const port = 8099;

export interface World {
  /** A server on another machine, beyond this one. */
  readonly beyond: readonly [string, number];
  /** A server of this machine, by the address that it has for others. */
  readonly thisMachine: readonly [string, number];
}

/** Gives this machine a neighbour on a cable, with a server on either side. */
export const makeWorld = async (): Promise<World> => {
  await run(['ip', 'link', 'set', 'lo', 'up']);
  await run(['ip', 'link', 'add', 'here', 'type', 'veth', 'peer', 'name', 'there']);
  const script = `require('net').createServer((it)=>it.end()).listen(${port})`;
  const neighbour = start(['unshare', '--net', process.execPath, '-e', script]);
  const own = readlinkSync('/proc/self/ns/net');
  const pid = String(neighbour.pid);
  await eventually(() => (readlinkSync(`/proc/${pid}/ns/net`) === own ? undefined : true));
  await run(['ip', 'link', 'set', 'there', 'netns', pid]);
  const overThere = (...args: string[]): Promise<string> => run(['nsenter', '--net', '--target', pid, 'ip', ...args]);
  await run(['ip', 'address', 'add', `${here}/24`, 'dev', 'here']);
  await run(['ip', 'link', 'set', 'here', 'up']);
  await overThere('address', 'add', `${there}/24`, 'dev', 'there');
  await overThere('link', 'set', 'there', 'up');
  const server = createServer((socket) => socket.end()).listen(0, here);
  await once(server, 'listening');
  server.unref();
  return { beyond: [there, port], thisMachine: [here, (server.address() as AddressInfo).port] };
};
