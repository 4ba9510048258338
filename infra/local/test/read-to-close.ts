import type { Socket } from 'node:net';

/** All that a socket received until it closed; whoever goes on sending after the answer is cut off in the end. */
export const readToClose = async (socket: Socket): Promise<string> => {
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk) => (received += chunk));
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('close', resolve));
  return received;
};
