import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve as absolute } from 'node:path';
import { endOrphan, inUse, noteOwner, ownerEnv } from './store-owner.ts';

export interface NatsServerOptions {
  /** Holds the store, the generated configuration and nothing else. */
  readonly dir: string;
  readonly port?: number | undefined;
  readonly monitorPort?: number | undefined;
  /** `always` is the only setting under which an acknowledged event survives a power cut; see docs/adr/0003. */
  readonly syncInterval?: string | undefined;
  readonly binary?: string | undefined;
  readonly onLog?: ((line: string) => void) | undefined;
  /** A port for where none is given; one that is free now, if left out. */
  readonly pickPort?: (() => Promise<number>) | undefined;
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

const conflictExit = 73;
/** What flock ends with when there is no such program. */
const absentExit = 69;

const absent = (reason: string, cause?: unknown): Error =>
  new Error(`nats-server cannot be started (${reason}): put version 2.12 or newer on PATH, or give NATS_URL`, {
    cause,
  });

/**
 * The server's command behind a lock on its folder, which the kernel keeps for as long as the server lives, in any
 * container, whatever becomes of the files in there. Without util-linux there is no lock, and only who is seen is refused.
 */
const locked = (dir: string, binary: string, argv: readonly string[]): [string, ...string[]] => {
  const { stdout } = spawnSync('flock', ['--version'], { encoding: 'utf8' });
  if (!stdout?.includes('util-linux')) return [binary, ...argv];
  return ['flock', '--nonblock', '--conflict-exit-code', String(conflictExit), '--no-fork', dir, binary, ...argv];
};

class PortTaken extends Error {}

const portTriesMax = 5;

/** Starts a nats-server with JetStream on loopback and resolves when it takes connections (about 50 ms). */
export const startNatsServer = async (options: NatsServerOptions): Promise<NatsServer> => {
  const { port, monitorPort, pickPort = freePort } = options;
  for (let tries = 1; ; tries++) {
    try {
      return await startOn(port ?? (await pickPort()), monitorPort ?? (await pickPort()), options);
    } catch (error) {
      // What was free a moment ago may be somebody else's now.
      const isChosenHere = port === undefined || monitorPort === undefined;
      if (!(error instanceof PortTaken) || !isChosenHere || tries === portTriesMax) throw error;
    }
  }
};

const startOn = async (port: number, monitorPort: number, options: NatsServerOptions): Promise<NatsServer> => {
  mkdirSync(options.dir, { recursive: true });
  await endOrphan(options.dir);
  // Of its own until it has the store: another that starts at the moment writes one, too.
  const file = join(options.dir, `nats-${port}.conf`);
  writeFileSync(file, configuration(options, port, monitorPort));
  const [command, ...argv] = locked(options.dir, options.binary ?? 'nats-server', ['-c', absolute(file)]);
  const child: ChildProcess = spawn(command, argv, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...ownerEnv() },
    // A terminal's Ctrl-C reaches the whole foreground group: NATS must outlive the services that drain into it.
    detached: true,
  });
  // However this process ends, its server does not outlive it; what is acknowledged is on disk.
  const takeAlong = (): void => void child.kill('SIGKILL');
  process.once('exit', takeAlong);
  child.once('exit', () => process.off('exit', takeAlong));
  let log = '';
  // Its own word: who takes connections on the port may be somebody else.
  const ready = Promise.withResolvers<void>();
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    log = (log + chunk).slice(-4096);
    if (log.includes('Server is ready')) ready.resolve();
    options.onLog?.(chunk);
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', (cause) => reject(absent(cause.message, cause)));
  });
  exited.catch(() => {});
  const url = `nats://127.0.0.1:${port}`;
  await Promise.race([
    ready.promise,
    exited.then((code) => {
      if (code === conflictExit) throw inUse(options.dir, 'another server');
      if (code === absentExit) throw absent(log.trim());
      const Kind = log.includes('address already in use') ? PortTaken : Error;
      throw new Kind(`nats-server ended with code ${code}: ${log.trim().split('\n').at(-1) ?? ''}`);
    }),
  ]).catch((error: unknown) => {
    rmSync(file, { force: true });
    throw error;
  });
  renameSync(file, join(options.dir, 'nats.conf'));
  if (child.pid !== undefined) noteOwner(options.dir, child.pid);
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
