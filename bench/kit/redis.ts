import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { existsSync } from 'node:fs';
import { startChild } from './child.ts';
import { treeCpuSeconds } from './cpu-time.ts';

export interface BenchRedis {
  readonly port: number;
  readonly cpuSeconds: () => number;
  stop(): Promise<void>;
}

const isInstalled = (): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, 'redis-server')));

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** A redis-server that syncs every write, as our event store does; `null` where none is installed. */
export const startRedis = async (): Promise<BenchRedis | null> => {
  if (!isInstalled()) return null;
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-redis-'));
  const port = await freePort();
  const settings = { bind: '127.0.0.1', port: String(port), dir, appendonly: 'yes', appendfsync: 'always', save: '' };
  const child = await startChild({
    command: 'redis-server',
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    ready: /Ready to accept connections/,
  });
  return {
    port,
    cpuSeconds: () => treeCpuSeconds(child.pid),
    stop: async () => {
      await child.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
