import { connect } from 'node:net';

export interface Taken {
  readonly text: string;
  readonly bytes: number;
  readonly ms: number;
  readonly isClosed: boolean;
}

/** Sends a head and then the same bytes again and again, or none, for as long as they are taken or the time allows. */
export const sendForever = (port: number, head: string, again: Buffer | null, limitMs: number): Promise<Taken> =>
  new Promise((resolve) => {
    const startMs = performance.now();
    const heard: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' });
    const over = (isClosed: boolean): void => {
      clearTimeout(deadline);
      socket.destroy();
      const text = Buffer.concat(heard).toString('latin1');
      resolve({ text, bytes: socket.bytesWritten, ms: performance.now() - startMs, isClosed });
    };
    const deadline = setTimeout(() => over(false), limitMs);
    const more = (): void => {
      while (again && socket.writable && socket.write(again));
    };
    socket.write(head);
    socket.on('connect', more).on('drain', more);
    socket.on('data', (chunk) => heard.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => over(true));
  });
