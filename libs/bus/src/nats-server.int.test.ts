import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { afterAll, expect, it } from 'vitest';
import { startNatsServer } from './nats-server.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-nats-'));
const somebody = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
afterAll(() => {
  somebody.close();
  rmSync(dir, { recursive: true });
});

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};
const takenPort = (): number => (somebody.address() as AddressInfo).port;

it('takes other ports when somebody was faster', async () => {
  const ports = [takenPort(), await freePort(), await freePort(), takenPort(), await freePort(), await freePort()];
  const server = await startNatsServer({ dir: join(dir, 'a'), pickPort: async () => ports.shift() ?? 0 });
  expect(ports).toEqual([]);
  const connection = await connect({ servers: server.url });
  expect(connection.info?.jetstream).toBe(true);
  await connection.close();
  await server.stop();
});

it('keeps to the port that it was given', async () => {
  const starting = startNatsServer({ dir: join(dir, 'b'), port: takenPort(), monitorPort: await freePort() });
  await expect(starting).rejects.toThrow(/address already in use/);
});
