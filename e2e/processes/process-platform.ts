import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startFerretDb, type TestMongo } from '@ffapi/testkit';
import { freePorts } from '@ffapi/testkit';
import { NatsProcess } from '../faults/nats-process.ts';
import { serviceNames } from '../service-names.ts';
import { ServiceProcess, type Environment } from '../faults/service-process.ts';
import type { RunningPlatform } from '../running-platform.ts';

/** What an operator gives to all: the same key at every start in the same folder. */
const secretsKeyOf = (dir: string): string => {
  const file = join(dir, 'secrets-key');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64'));
  return readFileSync(file, 'utf8');
};

/**
 * Every service as a process of its own: one NATS, read models over MongoDB's wire protocol, a folder for each that the
 * others are not told of, bytes over HTTP. The gateway has the folder that was asked for.
 */
export class ApartPlatform implements RunningPlatform {
  readonly ready: Promise<string>;
  readonly exited: Promise<number | string>;
  readonly #exited = Promise.withResolvers<number | string>();
  readonly #processes: ServiceProcess[] = [];
  #nats: NatsProcess | null = null;
  #mongo: TestMongo | null = null;
  #settings: Environment = {};
  #isEnding = false;

  constructor(env: Environment, logFile: string) {
    this.exited = this.#exited.promise;
    this.ready = this.#start(env, logFile);
    this.ready.catch(() => {});
  }

  get pids(): readonly number[] {
    return this.#processes.map(({ pid }) => pid);
  }

  get settings(): Environment {
    return this.#settings;
  }

  async end(signal: NodeJS.Signals): Promise<number | string> {
    await this.ready.catch(() => {});
    this.#isEnding = true;
    const codes = await Promise.all(this.#processes.toReversed().map((process) => process.end(signal)));
    await this.#endOthers();
    return codes.find((code) => code !== 0) ?? 0;
  }

  async #start(env: Environment, logFile: string): Promise<string> {
    const dir = env.FFAPI_DATA_DIR as string;
    const apart = join(dir, 'apart');
    mkdirSync(apart, { recursive: true });
    const [natsPort = 0, monitorPort = 0, blobPort = 0] = await freePorts(3);
    if (env.NATS_URL === undefined) {
      this.#nats = new NatsProcess(join(apart, 'nats'), natsPort, monitorPort);
      await this.#nats.start();
    }
    this.#mongo = await startFerretDb({
      dir: join(apart, 'mongo'),
      // One projector writes a collection, and readers must not wait for it.
      connectionsMax: 4,
    });
    const shared: Environment = {
      ...(this.#nats ? { NATS_URL: this.#nats.url, NATS_MONITOR_URL: this.#nats.monitorUrl } : {}),
      SECRETS_KEY: secretsKeyOf(apart),
      ...env,
      DATABASE_URL: this.#mongo.url,
    };
    this.#settings = shared;
    const names = env.SERVICES?.split(',') ?? serviceNames;
    for (const name of serviceNames.filter((each) => names.includes(each))) {
      const blobs: Environment =
        name === 'storage' ? { BLOB_PORT: String(blobPort) } : { BLOB_URL: `http://127.0.0.1:${blobPort}` };
      const own = name === 'gateway' ? dir : join(apart, name);
      this.#processes.push(new ServiceProcess({ ...shared, ...blobs, SERVICES: name, FFAPI_DATA_DIR: own }, logFile));
    }
    void Promise.race(this.#processes.map(({ exited }) => exited)).then((code) => this.#whenOneHasEnded(code));
    const urls = await Promise.all(this.#processes.map(({ ready }) => ready));
    return urls.find((url) => url.startsWith('http')) ?? '';
  }

  /** When a process has ended by itself, what is left is no longer the platform under test. */
  async #whenOneHasEnded(code: number | string): Promise<void> {
    if (!this.#isEnding) await this.end('SIGTERM');
    this.#exited.resolve(code);
  }

  async #endOthers(): Promise<void> {
    await this.#nats?.end('SIGTERM');
    await this.#mongo?.stop();
  }
}
