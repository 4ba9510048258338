import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { SlowConnections } from './slow-connections.http.ts';

const running: { readonly server: Server; readonly slow: SlowConnections }[] = [];
afterEach(() => {
  for (const { server, slow } of running.splice(0)) {
    slow.stop();
    server.close();
    server.closeAllConnections();
  }
});

const serve = async (server: Server): Promise<{ client: Socket; given: Promise<Socket>; slowBodies: Socket[] }> => {
  const slowBodies: Socket[] = [];
  const slow = new SlowConnections({
    windowMs: 100,
    minBytesPerSecond: 256,
    onSlowBody: (socket) => void (slowBodies.push(socket), socket.destroy()),
  });
  slow.watch(server);
  running.push({ server, slow });
  const given = once(server, 'connection').then(([socket]) => socket as Socket);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => {});
  return { client, given, slowBodies };
};

it('an answer that nobody reads is given up', async () => {
  const server = createServer((_request, response) => void response.end(Buffer.alloc(64 << 20)));
  const { client, given, slowBodies } = await serve(server);
  client.pause();
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(await given, 'close');
  expect(slowBodies).toEqual([]);
});

it('a sender does not pay for a receiver that takes its time', async () => {
  const taken = Promise.withResolvers<number>();
  const server = createServer((request, response) => {
    // Longer than any window: the first bytes have come and are not asked for.
    setTimeout(async () => {
      let bytes = 0;
      for await (const chunk of request) bytes += (chunk as Buffer).length;
      response.end();
      taken.resolve(bytes);
    }, 500);
  });
  const { client, slowBodies } = await serve(server);
  client.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${8 << 20}\r\n\r\n`);
  client.write(Buffer.alloc(8 << 20));
  expect(await taken.promise).toBe(8 << 20);
  expect(slowBodies).toEqual([]);
  client.destroy();
});
