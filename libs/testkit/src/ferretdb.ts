import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheDir } from './cache-dir.ts';
import { freePorts } from './free-ports.ts';

export interface TestMongo {
  /** For `DATABASE_URL`. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Where `tools/ferretdb/build.mjs` has put FerretDB, or where it is on the PATH. */
export const findFerretDb = (): string | undefined => {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), join(cacheDir, 'bin')];
  return folders.map((folder) => join(folder, 'ferretdb')).find(isExecutable);
};

const startMsMax = 20_000;

const takesConnections = async (debugPort: number, ended: () => string | null): Promise<void> => {
  const deadlineMs = performance.now() + startMsMax;
  const isReady = () =>
    fetch(`http://127.0.0.1:${debugPort}/debug/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    const said = ended();
    if (said !== null || performance.now() > deadlineMs) throw new Error(`FerretDB does not come up: ${said ?? ''}`);
    await delay(20);
  }
};

export interface FerretDbOptions {
  /** It stays; absent: a new one that goes away with `stop`. */
  readonly dir?: string;
  /** FerretDB 1.x lets two updates of one document pass each other, which mongod does not: one, unless nobody makes such. */
  readonly connectionsMax?: number;
}

/** FerretDB on SQLite as a child: the wire protocol and the driver are real, the server is a stand-in for mongod. */
export const startFerretDb = async (options: FerretDbOptions = {}): Promise<TestMongo> => {
  const binary = findFerretDb();
  if (binary === undefined) throw new Error('FerretDB is not here: node tools/ferretdb/build.mjs');
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'ffapi-ferretdb-'));
  mkdirSync(dir, { recursive: true });
  const [port = 0, debugPort = 0] = await freePorts(2);
  const argv = [
    '--handler=sqlite',
    `--sqlite-url=file:${dir}/`,
    `--listen-addr=127.0.0.1:${port}`,
    `--listen-unix=${join(dir, 'socket')}`,
    `--state-dir=${dir}`,
    `--debug-addr=127.0.0.1:${debugPort}`,
    '--telemetry=disable',
    '--log-level=error',
  ];
  const child = spawn(binary, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2048)));
  await takesConnections(debugPort, () => (child.exitCode === null ? null : said.trim()));
  return {
    url: `mongodb://127.0.0.1:${port}/?maxPoolSize=${options.connectionsMax ?? 1}`,
    pid: child.pid ?? 0,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill();
        await once(child, 'exit');
      }
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
};
