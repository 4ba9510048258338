import { connect } from 'node:net';

export interface Conversation {
  readonly said: Buffer;
  /** Sent when the answer to `said` has begun with 101. */
  readonly after?: Buffer;
  /** Writes the bytes in this many pieces. */
  readonly pieces: number;
  /** Says no more, and does not say so. */
  readonly isLeftOpen?: boolean;
}

export interface Heard {
  readonly text: string;
  readonly isClosed: boolean;
  readonly ms: number;
}

/** Says everything, ends its side unless told not to, and listens until the connection is closed or the time is over. */
export const converse = (
  port: number,
  { said, after, pieces, isLeftOpen = false }: Conversation,
  limitMs: number,
): Promise<Heard> =>
  new Promise((resolve) => {
    const startMs = performance.now();
    const heard: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const over = (isClosed: boolean): void => {
      clearTimeout(deadline);
      socket.destroy();
      resolve({ text: Buffer.concat(heard).toString('latin1'), isClosed, ms: performance.now() - startMs });
    };
    const deadline = setTimeout(() => over(false), limitMs);
    let rest = after;
    const step = Math.max(1, Math.ceil(said.length / pieces));
    const speak = (from: number): void => {
      if (!socket.writable) return;
      if (from < said.length) socket.write(said.subarray(from, from + step), () => setImmediate(speak, from + step));
      else if (rest === undefined && !isLeftOpen) socket.end();
    };
    socket.on('connect', () => speak(0));
    socket.on('data', (chunk) => {
      heard.push(chunk);
      if (rest === undefined) return;
      socket.end(rest);
      rest = undefined;
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => {});
    socket.on('close', () => over(true));
  });
