import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProblemAnswer } from '../requests/index.ts';
import { lingerMs } from './unread-bodies.http.ts';

/** Says a last thing and closes; what still comes is thrown away, so that what was said is not lost with it. */
export const hangUp = (socket: Duplex, lastWords: string): void => {
  const deadline = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.on('error', () => socket.destroy());
  socket.once('close', () => clearTimeout(deadline));
  socket.end(lastWords);
  socket.resume();
};

/** A problem as bytes, where there is no response to write it to. */
export const rawProblem = ({ status, headers, body: problem }: ProblemAnswer): string => {
  const body = JSON.stringify(problem);
  const fields = {
    ...headers,
    Connection: 'close',
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Request-ID': problem.request_id,
  };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`;
};
