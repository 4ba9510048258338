import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

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
