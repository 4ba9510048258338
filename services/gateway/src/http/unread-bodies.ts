import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Who was answered before the end of its body may go on for this long, and no further, so that it reads the answer. */
export const lingerMs = 1_000;
const lingerBytesMax = 16 << 20;
const lookEveryMs = 20;

/** Bytes are counted on the socket: of a body that is thrown away nobody is told. */
const linger = (request: IncomingMessage): void => {
  const { socket } = request;
  const [sinceMs, sinceBytes] = [performance.now(), socket.bytesRead];
  const looking = setInterval(() => {
    if (request.complete) return clearInterval(looking);
    if (performance.now() - sinceMs > lingerMs || socket.bytesRead - sinceBytes > lingerBytesMax) socket.destroy();
  }, lookEveryMs);
  socket.once('close', () => clearInterval(looking));
  request.resume();
};

/** Has a server close connections whose request goes on although it was answered: a body nobody reads has no end. */
export const closeUnread = (server: Server): void => {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    response.once('finish', () => {
      if (!request.complete) linger(request);
    });
  });
};
