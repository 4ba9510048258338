import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary } from './find-binary.ts';
import { freePorts } from './free-ports.ts';
import { startServerProcess } from './server-process.ts';

export interface TestMongo {
  /** For `DATABASE_URL`. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Where `tools/ferretdb/build.mjs` has put FerretDB, or where it is on the PATH. */
export const findFerretDb = (): string | undefined => findBinary('ferretdb');

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
  const { pid, stop } = await startServerProcess([binary, ...argv], () =>
    fetch(`http://127.0.0.1:${debugPort}/debug/readyz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    url: `mongodb://127.0.0.1:${port}/?maxPoolSize=${options.connectionsMax ?? 1}`,
    pid,
    stop: async () => {
      await stop();
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
};
