import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { keepTrack } from './children.ts';

/** Below those that the system gives to outgoing connections: a port that was found free stays so until it is used. */
const portMin = 20_000;
const portMax = 30_000;

const hold = async (): Promise<Server> => {
  for (;;) {
    const server = createServer();
    const listening = once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.listen(randomInt(portMin, portMax), '127.0.0.1');
    if (await listening) return server;
  }
};

/** Ports of loopback that are free now; all are held until all are known, so that they differ. */
export const freePorts = async (count: number): Promise<number[]> => {
  const servers = await Promise.all(Array.from({ length: count }, hold));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
};

/** A nats-server on fixed ports, so that it can be killed and found again at the same address. */
export class NatsProcess {
  readonly url: string;
  readonly monitorUrl: string;
  readonly #config: string;
  #child: ChildProcess | null = null;

  constructor(dir: string, port: number, monitorPort: number) {
    mkdirSync(dir, { recursive: true });
    this.url = `nats://127.0.0.1:${port}`;
    this.monitorUrl = `http://127.0.0.1:${monitorPort}`;
    this.#config = join(dir, 'nats.conf');
    writeFileSync(
      this.#config,
      `listen: "127.0.0.1:${port}"
http: "127.0.0.1:${monitorPort}"
jetstream { store_dir: ${JSON.stringify(join(dir, 'store'))}, sync_interval: always }
`,
    );
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async start(): Promise<void> {
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
