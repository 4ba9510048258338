import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { keepTrack } from './children.ts';

/** A nats-server on fixed ports, so that it can be killed and found again at the same address. */
export class NatsProcess {
  readonly url: string;
  readonly monitorUrl: string;
  readonly #config: string;
  readonly #text: string;
  #child: ChildProcess | null = null;

  constructor(dir: string, port: number, monitorPort: number) {
    mkdirSync(dir, { recursive: true });
    this.url = `nats://127.0.0.1:${port}`;
    this.monitorUrl = `http://127.0.0.1:${monitorPort}`;
    this.#config = join(dir, 'nats.conf');
    this.#text = `listen: "127.0.0.1:${port}"
http: "127.0.0.1:${monitorPort}"
jetstream { store_dir: ${JSON.stringify(join(dir, 'store'))}, sync_interval: always }
`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async start(): Promise<void> {
    // Written anew, because the disk may have lost it with its power.
    writeFileSync(this.#config, this.#text);
    this.#child = keepTrack(spawn('nats-server', ['-c', this.#config], { stdio: 'ignore' }));
    await once(this.#child, 'spawn');
    const connection = await connect({
      servers: this.url,
      waitOnFirstConnect: true,
      reconnectTimeWait: 20,
      maxReconnectAttempts: 500,
    });
    await connection.close();
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }
}
