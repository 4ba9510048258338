import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** Answers with the bytes again and again, as fast as they are read, until the connection is closed. */
export const answerForever = (res: ServerResponse, bytes: Buffer): void => {
  const endless = function* () {
    for (;;) yield bytes;
  };
  pipeline(endless, res).catch(() => {});
};

/** Servers on loopback for tests, well or badly behaved, closed together. */
export const createOrigins = () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();

  const listen = async (server: Server): Promise<string> => {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    });
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/clip.mp4`;
  };

  return {
    origin: (handler: RequestListener) => listen(createHttpServer(handler)),
    /** Hands over the socket once the client has said something, with what it said. */
    rawOrigin: (script: (socket: Socket, said: Buffer) => void) =>
      listen(createServer((socket) => void socket.once('data', (said: Buffer) => script(socket, said)))),
    closeAll: () => {
      for (const socket of sockets) socket.destroy();
      for (const server of servers.splice(0)) server.close();
    },
  };
};
