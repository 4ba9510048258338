import type { Socket } from 'node:net';
import type { Links } from '@ffapi/job-view';
import { problemOf, RequestRefused } from './problem.ts';
import { hangUp, rawProblem } from './raw-answers.ts';

const codes: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Answers what is not HTTP, or too much or too slow to become a request, as a problem like any other, and hangs up. */
export const refuseBroken = (error: NodeJS.ErrnoException, socket: Socket, links: Links, requestId: string): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const code = codes[error.code ?? ''] ?? 'malformed_request';
  hangUp(socket, rawProblem(problemOf(new RequestRefused(code), { path: '/', requestId }, links)));
};
