import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { endOrphan, noteOwner } from './store-owner.ts';

export interface NatsServerOptions {
  /** Holds the store, the generated configuration and nothing else. */
  readonly dir: string;
  readonly port?: number | undefined;
  readonly monitorPort?: number | undefined;
  /** `always` is the only setting under which an acknowledged event survives a power cut; see docs/adr/0003. */
  readonly syncInterval?: string | undefined;
  readonly binary?: string | undefined;
  readonly onLog?: ((line: string) => void) | undefined;
}

export interface NatsServer {
  readonly url: string;
  readonly monitorUrl: string;
  readonly pid: number;
  /** Resolves with the exit code, or `null` when a signal ended the server. */
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const configuration = (options: NatsServerOptions, port: number, monitorPort: number): string => `
listen: "127.0.0.1:${port}"
http: "127.0.0.1:${monitorPort}"
max_payload: 1MB
jetstream {
  store_dir: ${JSON.stringify(join(options.dir, 'store'))}
  sync_interval: ${options.syncInterval ?? 'always'}
}
`;

/** Starts a nats-server with JetStream on loopback and resolves when it takes connections (about 50 ms). */
export const startNatsServer = async (options: NatsServerOptions): Promise<NatsServer> => {
  const port = options.port ?? (await freePort());
  const monitorPort = options.monitorPort ?? (await freePort());
  mkdirSync(options.dir, { recursive: true });
  await endOrphan(options.dir);
  const file = join(options.dir, 'nats.conf');
  writeFileSync(file, configuration(options, port, monitorPort));
  const child: ChildProcess = spawn(options.binary ?? 'nats-server', ['-c', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // A terminal's Ctrl-C reaches the whole foreground group: NATS must outlive the services that drain into it.
    detached: true,
  });
  if (child.pid !== undefined) noteOwner(options.dir, child.pid);
  // However this process ends, its server does not outlive it; what is acknowledged is on disk.
  const takeAlong = (): void => void child.kill('SIGKILL');
  process.once('exit', takeAlong);
  child.once('exit', () => process.off('exit', takeAlong));
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    log = (log + chunk).slice(-4096);
    options.onLog?.(chunk);
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', (cause) =>
      reject(
        new Error(
          `nats-server cannot be started (${cause.message}): put version 2.12 or newer on PATH, or give NATS_URL`,
          { cause },
        ),
      ),
    );
  });
  exited.catch(() => {});
  const url = `nats://127.0.0.1:${port}`;
  await Promise.race([
    accepts(url),
    exited.then((code) => {
      throw new Error(`nats-server ended with code ${code}: ${log.trim().split('\n').at(-1) ?? ''}`);
    }),
  ]);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  return {
    url,
    monitorUrl: `http://127.0.0.1:${monitorPort}`,
    pid: child.pid ?? 0,
    exited,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
};

const accepts = async (url: string): Promise<void> => {
  const connection = await connect({
    servers: url,
    waitOnFirstConnect: true,
    reconnectTimeWait: 10,
    maxReconnectAttempts: 1000,
  });
  await connection.close();
};
