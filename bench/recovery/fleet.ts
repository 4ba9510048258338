import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { startNats, type TestNats } from '@ffapi/testkit';
import { startBenchPlatform, type BenchPlatform } from '../kit/platform.ts';

/** The platform in processes of their own, each of which can be killed and is then started anew at once, as a supervisor does. */
export interface Fleet {
  readonly connection: NatsConnection;
  readonly gateway: () => BenchPlatform;
  /** Resolves when the new process is ready; the time is when the old one was killed, by the clock of this machine. */
  kill(part: FleetPart): Promise<{ killedAtMs: number }>;
  stop(): Promise<void>;
}

const parts = { behind: 'storage,job', worker: 'transcode', gateway: 'gateway' } as const;
export type FleetPart = keyof typeof parts | 'nats';

const nowMs = (): number => performance.timeOrigin + performance.now();

/** Starts it with this ack wait: how long a silent worker is waited for. */
export const startFleet = async (ackWaitSeconds: number): Promise<Fleet> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ffapi-fleet-'));
  const storeDir = join(dataDir, 'nats');
  let nats: TestNats = await startNats({ storeDir });
  const { url, monitorUrl } = nats;
  const env = { WORK_ACK_WAIT_SECONDS: String(ackWaitSeconds), JOB_RETRY_DELAY: '1' };
  const startPart = (services: string, port = '0'): Promise<BenchPlatform> =>
    startBenchPlatform({ services, dataDir, nats: { url, monitorUrl }, env: { ...env, PORT: port } });
  const running = {
    behind: await startPart(parts.behind),
    worker: await startPart(parts.worker),
    gateway: await startPart(parts.gateway),
  };
  const { port } = new URL(running.gateway.url);
  const connection = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });

  const killNats = async (): Promise<{ killedAtMs: number }> => {
    const killedAtMs = nowMs();
    await nats.kill();
    nats = await startNats({
      storeDir,
      port: Number(new URL(url).port),
      monitorPort: Number(new URL(monitorUrl).port),
    });
    return { killedAtMs };
  };
  const killPart = async (part: keyof typeof parts): Promise<{ killedAtMs: number }> => {
    const { child } = running[part];
    const gone = new Promise((resolve) => child.process.once('exit', resolve));
    const killedAtMs = nowMs();
    child.process.kill('SIGKILL');
    await gone;
    running[part] = await startPart(parts[part], part === 'gateway' ? port : '0');
    return { killedAtMs };
  };
  return {
    connection,
    gateway: () => running.gateway,
    kill: (part) => (part === 'nats' ? killNats() : killPart(part)),
    stop: async () => {
      for (const part of [running.gateway, running.worker, running.behind]) await part.stop();
      await connection.close();
      await nats.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
