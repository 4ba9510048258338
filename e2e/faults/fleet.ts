import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts, NatsProcess } from './nats-process.ts';
import { orphansOf } from './orphans.ts';
import type { Note } from './recorder.ts';
import { ServiceProcess, type Environment } from './service-process.ts';

const respawnMs = 500;
const orphanMs = 2_000;

interface Member {
  readonly name: string;
  readonly service: string;
  readonly env: Environment;
  process: ServiceProcess;
  isKilled: boolean;
}

export interface FleetOptions {
  readonly dir: string;
  readonly note: Note;
  /** How many processes of each service. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The platform as separate processes that share nothing but loopback, kept running as an orchestrator would. */
export class Fleet {
  readonly url: string;
  readonly apiKey: string;
  readonly nats: NatsProcess;
  readonly #options: FleetOptions;
  readonly #members: Member[] = [];
  readonly #specs: Omit<Member, 'process' | 'isKilled'>[];
  #isStopping = false;

  private constructor(options: FleetOptions, ports: readonly [number, number, number, number]) {
    const [natsPort, monitorPort, port, blobPort] = ports;
    this.#options = options;
    this.apiKey = `key_${randomBytes(16).toString('hex')}`;
    this.url = `http://127.0.0.1:${port}`;
    this.nats = new NatsProcess(join(options.dir, 'nats'), natsPort, monitorPort);
    const shared = {
      NATS_URL: this.nats.url,
      NATS_MONITOR_URL: this.nats.monitorUrl,
      PORT: String(port),
      SECRETS_KEY: randomBytes(32).toString('base64'),
      ADMIN_API_KEY: this.apiKey,
      ALLOW_PRIVATE_IPS: 'true',
      WORK_ACK_WAIT_SECONDS: '3',
      JOB_RETRY_DELAY: '1',
      MIN_FREE_SPACE_MB: '0',
      LOG_LEVEL: 'warn',
    };
    const blobs = `http://127.0.0.1:${blobPort}`;
    this.#specs = Object.entries(options.counts).flatMap(([service, count]) =>
      Array.from({ length: count }, (_, i) => {
        const name = count === 1 ? service : `${service}-${i + 1}`;
        const own: Environment = service === 'storage' ? { BLOB_PORT: String(blobPort) } : { BLOB_URL: blobs };
        return {
          name,
          service,
          env: { ...shared, ...own, SERVICES: service, FFAPI_DATA_DIR: join(options.dir, name) },
        };
      }),
    );
  }

  /** Starts everything and resolves when everything is ready. */
  static async start(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options, (await freePorts(4)) as [number, number, number, number]);
    mkdirSync(options.dir, { recursive: true });
    await fleet.nats.start();
    for (const spec of fleet.#specs) fleet.#members.push({ ...spec, isKilled: false, process: fleet.#spawn(spec) });
    for (const member of fleet.#members) fleet.#keep(member);
    try {
      await Promise.all(fleet.#members.map(({ process }) => process.ready));
    } catch (error) {
      await fleet.stop();
      await fleet.nats.end('SIGTERM');
      throw error;
    }
    return fleet;
  }

  get names(): readonly string[] {
    return ['nats', ...this.#members.map(({ name }) => name)];
  }

  /** Ends a process as a power cord would and starts it again at once. */
  async kill(name: string): Promise<void> {
    if (name === 'nats') {
      this.#options.note({ kind: 'kill', process: name, service: name, pid: this.nats.pid });
      await this.nats.end('SIGKILL');
      await this.nats.start();
      return;
    }
    const member = this.#members.find((each) => each.name === name);
    if (!member) throw new Error(`no process is called ${name}`);
    member.isKilled = true;
    const { service, process } = member;
    this.#options.note({ kind: 'kill', process: name, service, pid: process.pid });
    await process.end('SIGKILL');
    void this.#lookForOrphans(name, process.pid);
  }

  /** Stops a process in its tracks, and lets it go on after a while as if nothing had been. */
  freeze(name: string, ms: number): void {
    const process = this.#members.find((each) => each.name === name)?.process;
    if (!process) throw new Error(`no process is called ${name}`);
    this.#options.note({ kind: 'freeze', process: name, pid: process.pid, ms });
    process.freeze(ms);
  }

  /** Stops all with SIGTERM and gives the exit code, or the signal that ended it, by process. */
  async stop(): Promise<Record<string, number | string>> {
    this.#isStopping = true;
    const order = this.#members.toReversed();
    const codes = await Promise.all(
      order.map(async ({ name, process }) => [name, await process.end('SIGTERM')] as const),
    );
    return Object.fromEntries(codes);
  }

  async #lookForOrphans(process: string, pid: number): Promise<void> {
    for (const command of await orphansOf(pid, orphanMs)) this.#options.note({ kind: 'orphan', process, command });
  }

  #spawn({ name, env }: Pick<Member, 'name' | 'env'>): ServiceProcess {
    return new ServiceProcess(env, join(this.#options.dir, `${name}.log`));
  }

  #keep(member: Member): void {
    const { pid } = member.process;
    void member.process.exited.then(async (code) => {
      if (this.#isStopping) return;
      if (!member.isKilled) {
        this.#options.note({ kind: 'exit', process: member.name, pid, code });
        await delay(respawnMs);
        if (this.#isStopping) return;
      }
      member.isKilled = false;
      member.process = this.#spawn(member);
      this.#keep(member);
    });
  }
}
