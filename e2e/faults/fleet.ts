import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FailPoint } from '@ffapi/fail-points';
import { freePorts } from '@ffapi/testkit';
import { NatsProcess } from './nats-process.ts';
import { signalAll, withDescendants } from '../descendants.ts';
import { orphansOf } from './orphans.ts';
import type { Note } from './recorder.ts';
import { ServiceProcess, type Environment } from './service-process.ts';

/** Often and early, so that a run sees it: it must remove what nothing names, and nothing else. */
export const cleanUp = { intervalSeconds: 5, graceSeconds: 30 } as const;

const respawnMs = 500;
const orphanMs = 2_000;
/** Longer than any freeze: whoever waits for a process that is not there waits for a fault of the platform. */
const readyMs = 30_000;

/** Stands for every service in one process. */
export const wholePlatform = 'platform';

interface Spec {
  readonly name: string;
  readonly service: string;
  readonly env: Environment;
  /** Where its gateway listens. */
  readonly url: string | null;
}

interface Member extends Spec {
  process: ServiceProcess;
  /** Its end was asked for: it is started again at once and no crash. */
  isEnding: boolean;
  /** The moment at which the process that runs ends itself. */
  point: string | null;
}

export interface PowerCut {
  readonly of: 'everything' | 'broker';
  readonly copyDisk: () => void;
  readonly swap: () => void;
}

export interface FleetOptions {
  readonly dir: string;
  readonly note: Note;
  /** How many processes of each service. */
  readonly counts: Readonly<Record<string, number>>;
  readonly env?: Environment | undefined;
  /** Settings of one process, by its name. */
  readonly envOf?: Readonly<Record<string, Environment>> | undefined;
}

const blobsOf = (service: string, i: number, blobPort: number): Environment =>
  service === 'storage' && i === 0 ? { BLOB_PORT: String(blobPort) } : { BLOB_URL: `http://127.0.0.1:${blobPort}` };

/** The platform as separate processes that share nothing but loopback, kept running as an orchestrator would. */
export class Fleet {
  readonly apiKey = `key_${randomBytes(16).toString('hex')}`;
  readonly nats: NatsProcess;
  readonly #options: FleetOptions;
  readonly #members: Member[] = [];
  readonly #specs: readonly Spec[];
  #isStopping = false;
  /** While the power is off nothing is started; resolves when it is back. */
  #power: Promise<void> = Promise.resolve();

  private constructor(options: FleetOptions, ports: readonly number[]) {
    const [natsPort = 0, monitorPort = 0, blobPort = 0, ...gatewayPorts] = ports;
    this.#options = options;
    this.nats = new NatsProcess(join(options.dir, 'nats'), natsPort, monitorPort);
    const shared = {
      NATS_URL: this.nats.url,
      NATS_MONITOR_URL: this.nats.monitorUrl,
      SECRETS_KEY: randomBytes(32).toString('base64'),
      ADMIN_API_KEY: this.apiKey,
      ALLOW_PRIVATE_IPS: 'true',
      WORK_ACK_WAIT_SECONDS: '3',
      JOB_RETRY_DELAY: '1',
      MIN_FREE_SPACE_MB: '0',
      CLEANUP_INTERVAL_SECONDS: String(cleanUp.intervalSeconds),
      CLEANUP_GRACE_SECONDS: String(cleanUp.graceSeconds),
      LOG_LEVEL: 'warn',
      ...options.env,
    };
    this.#specs = Object.entries(options.counts).flatMap(([service, count]) =>
      Array.from({ length: count }, (_, i) => {
        const name = count === 1 ? service : `${service}-${i + 1}`;
        const isWhole = service === wholePlatform;
        const port = isWhole || service === 'gateway' ? (gatewayPorts[i] ?? 0) : 0;
        const own = { PORT: String(port || gatewayPorts[0]), ...(isWhole ? {} : { SERVICES: service }) };
        const blobs = isWhole ? {} : blobsOf(service, i, blobPort);
        const env = { ...shared, ...own, ...blobs, FFAPI_DATA_DIR: join(options.dir, name) };
        Object.assign(env, options.envOf?.[name]);
        return { name, service, env, url: port === 0 ? null : `http://127.0.0.1:${port}` };
      }),
    );
  }

  /** Starts everything and resolves when everything is ready. */
  static async start(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options, await freePorts(3 + (options.counts.gateway ?? 1)));
    mkdirSync(options.dir, { recursive: true });
    await fleet.nats.start();
    for (const spec of fleet.#specs)
      fleet.#members.push({ ...spec, isEnding: false, point: null, process: fleet.#spawn(spec, null) });
    for (const member of fleet.#members) fleet.#keep(member);
    try {
      await fleet.ready();
    } catch (error) {
      await fleet.stop();
      await fleet.nats.end('SIGTERM');
      throw error;
    }
    return fleet;
  }

  /** Resolves when the processes that run now are ready. */
  async ready(): Promise<void> {
    await Promise.all(this.#members.map(({ process }) => process.ready));
  }

  get names(): readonly string[] {
    return ['nats', ...this.#members.map(({ name }) => name)];
  }

  /** Where the API is reached, gateway by gateway. */
  get urls(): readonly [string, ...string[]] {
    return this.#specs.flatMap(({ url }) => url ?? []) as [string, ...string[]];
  }

  get processes(): readonly { readonly name: string; readonly pid: number }[] {
    return [
      { name: 'nats', pid: this.nats.pid },
      ...this.#members.map(({ name, process }) => ({ name, pid: process.pid })),
    ];
  }

  get dataDirs(): readonly { readonly name: string; readonly dir: string }[] {
    return this.#specs.map(({ name }) => ({ name, dir: join(this.#options.dir, name) }));
  }

  /** Ends a process as a power cord would and starts it again at once. */
  async kill(name: string): Promise<void> {
    if (name === 'nats') return this.outage(0);
    const member = this.#member(name);
    const { pid } = member.process;
    this.#noteKill(member);
    member.isEnding = true;
    await member.process.end('SIGKILL');
    void this.#lookForOrphans(name, pid);
  }

  /** Takes the broker away for a while; `meanwhile` is done while it is not there. */
  async outage(ms: number, meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    const { note } = this.#options;
    note({ kind: 'kill', process: 'nats', service: 'nats', pid: this.nats.pid });
    note({ kind: 'broker', state: 'away' });
    await this.nats.end('SIGKILL');
    await Promise.all([delay(ms), meanwhile()]);
    await this.nats.start();
    note({ kind: 'broker', state: 'back' });
  }

  /**
   * Stops everything, or the broker alone, in its tracks, takes the disk as it is, and ends what was stopped; when `swap`
   * has put what the disk held in its place, it is started again. Resolves when it is ready.
   */
  async cutPower({ of, copyDisk, swap }: PowerCut): Promise<void> {
    const { note } = this.#options;
    const members = of === 'everything' ? this.#members : [];
    await this.ready();
    const restored = Promise.withResolvers<void>();
    this.#power = restored.promise;
    const pids = [this.nats.pid, ...members.map(({ process }) => process.pid)].flatMap(withDescendants);
    signalAll(pids, 'SIGSTOP');
    copyDisk();
    for (const member of members) {
      this.#noteKill(member);
      member.isEnding = true;
    }
    note({ kind: 'kill', process: 'nats', service: 'nats', pid: this.nats.pid });
    note({ kind: 'broker', state: 'away' });
    const gone = [this.nats.end('SIGKILL'), ...members.map(({ process }) => process.exited)];
    signalAll(pids, 'SIGKILL');
    await Promise.all(gone);
    swap();
    await this.nats.start();
    restored.resolve();
    // The members are spawned anew in the turns of the event loop that follow.
    while (members.some(({ isEnding }) => isEnding)) await delay(5);
    await this.ready();
    note({ kind: 'broker', state: 'back' });
  }

  /** Kills a process and starts it again as one that ends itself when it comes to that moment for the nth time. */
  async arm(name: string, point: FailPoint, count = 1): Promise<void> {
    this.#member(name).point = `${point}:${count}`;
    await this.kill(name);
  }

  /** Resolves when an armed process has ended itself. */
  async struck(name: string): Promise<void> {
    const member = this.#member(name);
    for (; member.point !== null; await delay(20));
  }

  /** Asks a process to stop, as a deploy does, and starts it again when it has. */
  async roll(name: string): Promise<void> {
    const member = this.#member(name);
    await this.#readyAgain(member);
    const { process } = member;
    const { pid } = process;
    member.isEnding = true;
    this.#options.note({ kind: 'term', process: name, pid });
    const code = await process.end('SIGTERM');
    this.#options.note({ kind: 'stopped', process: name, pid, code });
  }

  /** Stops a process in its tracks, and lets it go on after a while as if nothing had been. */
  freeze(name: string, ms: number): Promise<void> {
    return this.#freeze(name, ms, delay(ms));
  }

  /** Stops a process in its tracks until the signal aborts. */
  freezeUntil(name: string, thaw: AbortSignal): Promise<void> {
    return this.#freeze(name, 0, new Promise((resolve) => thaw.addEventListener('abort', () => resolve())));
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

  #freeze(name: string, ms: number, over: Promise<void>): Promise<void> {
    const { process } = this.#member(name);
    this.#options.note({ kind: 'freeze', process: name, pid: process.pid, ms });
    return process.freeze(over);
  }

  #member(name: string): Member {
    const member = this.#members.find((each) => each.name === name);
    if (!member) throw new Error(`no process is called ${name}`);
    return member;
  }

  /** A process that is just being started ends without any order; one that has crashed is started again first. */
  async #readyAgain(member: Member): Promise<void> {
    const deadlineMs = performance.now() + readyMs;
    while (!(await member.process.ready.catch(() => null))) {
      if (performance.now() > deadlineMs) throw new Error(`${member.name} does not come up again`);
      await delay(100);
    }
  }

  #noteKill({ name, service, process }: Member): void {
    this.#options.note({ kind: 'kill', process: name, service, pid: process.pid });
  }

  async #lookForOrphans(process: string, pid: number): Promise<void> {
    for (const command of await orphansOf(pid, orphanMs)) this.#options.note({ kind: 'orphan', process, command });
  }

  #spawn({ name, env }: Spec, point: string | null): ServiceProcess {
    const armed = point === null ? env : { ...env, FFAPI_FAIL_POINT: point };
    return new ServiceProcess(armed, join(this.#options.dir, `${name}.log`));
  }

  #keep(member: Member): void {
    const { pid } = member.process;
    const { point } = member;
    void member.process.exited.then(async (code) => {
      if (this.#isStopping) return;
      await this.#power;
      const isStruck = point !== null && code === 'SIGKILL' && !member.isEnding;
      if (isStruck) {
        this.#noteKill(member);
        void this.#lookForOrphans(member.name, pid);
        member.point = null;
      } else if (!member.isEnding) {
        this.#options.note({ kind: 'exit', process: member.name, pid, code });
        await delay(respawnMs);
        if (this.#isStopping) return;
      }
      // Armed anew, or ended before it came to the moment: what is to happen next is with the process that follows.
      const next = member.point === point ? null : member.point;
      member.point = next;
      member.isEnding = false;
      member.process = this.#spawn(member, next);
      this.#keep(member);
    });
  }
}
