import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepNatsServer } from './nats-keeper.ts';
import type { NatsServer } from './nats-server.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-keeper-'));
const volume = join(dir, 'volume');
/** A small volume is root's to mount. */
const canMount = process.getuid?.() === 0;
const healed: string[] = [];
let server: NatsServer;
let connection: NatsConnection;

beforeAll(async () => {
  mkdirSync(volume);
  if (canMount) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', volume]);
  server = await keepNatsServer({ dir: volume, lookMs: 50, onHeal: (reason) => healed.push(reason) });
  connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  const { streams } = await jetstreamManager(connection);
  await streams.add({ name: 'EVENTS', subjects: ['evt.>'] });
});
afterAll(async () => {
  await connection.close();
  await server.stop();
  if (canMount) execFileSync('umount', ['-l', volume]);
  rmSync(dir, { recursive: true });
});

const publish = async (): Promise<boolean> => {
  const publishing = jetstream(connection).publish('evt.1', Buffer.alloc(64_000), { timeout: 500 });
  return publishing.then(
    () => true,
    () => false,
  );
};

it.runIf(canMount)(
  'a server whose volume was full takes events again when there is room, under the same address',
  async () => {
    expect(await publish()).toBe(true);
    const filler = join(volume, 'filler');
    execFileSync('sh', ['-c', `dd if=/dev/zero of=${filler} bs=64k status=none || true`]);
    await expect.poll(publish).toBe(false);
    const { pid } = server;
    expect(healed).toEqual([]);
    rmSync(filler);
    await expect.poll(publish).toBe(true);
    expect(healed).toEqual([expect.stringMatching(/no space left on device/)]);
    expect(server.pid).not.toBe(pid);
  },
);

it('a server that is well is left alone, and one that is killed ends', async () => {
  const before = healed.length;
  process.kill(server.pid, 'SIGKILL');
  expect(await server.exited).toBeNull();
  expect(healed).toHaveLength(before);
});
