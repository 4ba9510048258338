import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Who was answered before the end of its body may go on for this long, and no further, so that it reads the answer. */
export const lingerMs = 1_000;
const lingerBytesMax = 16 << 20;
const lookEveryMs = 20;

/** Bytes are counted on the socket: of a body that is thrown away nobody is told. */
const linger = (request: IncomingMessage): void => {
  const { socket } = request;
  const [sinceMs, sinceBytes] = [performance.now(), socket.bytesRead];
  const isOver = (): boolean =>
    request.complete
      ? socket.writableEnded
      : performance.now() - sinceMs > lingerMs || socket.bytesRead - sinceBytes > lingerBytesMax;
  const looking = setInterval(() => {
    if (isOver()) socket.destroy();
    if (request.complete) clearInterval(looking);
  }, lookEveryMs);
  socket.once('close', () => clearInterval(looking));
  request.resume();
};

/** To close while bytes are unread resets the connection, and the answer may be lost with it. */
const closeGently = (socket: Socket): void => {
  socket.destroySoon = () => socket.end();
};

/** Has a server close connections whose request goes on although it was answered: a body nobody reads has no end. */
export const closeUnread = (server: Server): void => {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    response.once('prefinish', () => {
      if (request.complete) return;
      closeGently(request.socket);
      response.once('finish', () => linger(request));
    });
  });
};
