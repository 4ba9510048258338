import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Listens on as many ports as it is told, answers calls at once (on the first port, where it is told to be dead, never),
 * and tells when each call of those it waits for came, by the clock of this machine.
 */
const [portCount = '1', first = 'alive'] = process.argv.slice(2);
const arrivals: { port: number; atMs: number }[] = [];
let awaited: { count: number; ports: ReadonlySet<number> | null } | null = null;

const tell = (): void => {
  if (!awaited) return;
  const { count, ports } = awaited;
  const own = ports === null ? arrivals : arrivals.filter(({ port }) => ports.has(port));
  if (own.length < count) return;
  awaited = null;
  process.send?.(own);
  arrivals.length = 0;
};

const note = (request: IncomingMessage, port: number): void => {
  request.resume().once('end', () => {
    arrivals.push({ port, atMs: performance.timeOrigin + performance.now() });
    tell();
  });
};

const ports: number[] = [];
for (let i = 0; i < Number(portCount); i++) {
  const isDead = i === 0 && first === 'dead';
  const server = createServer((request, response) => {
    if (isDead) return void request.resume();
    note(request, (server.address() as AddressInfo).port);
    response.writeHead(200, { 'content-length': '0' }).end();
  }).listen(0, '127.0.0.1');
  server.keepAliveTimeout = 60_000;
  await once(server, 'listening');
  ports.push((server.address() as AddressInfo).port);
}

process.on('message', (message: { count: number; ports?: number[] }) => {
  awaited = { count: message.count, ports: message.ports ? new Set(message.ports) : null };
  tell();
});
process.on('SIGTERM', () => process.exit(0));
process.stdout.write(`ready ${ports.join(',')}\n`);
