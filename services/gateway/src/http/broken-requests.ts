import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { errorRow } from '@ffapi/contracts';
import type { Links } from '@ffapi/job-view';
import { problemOf, RequestRefused } from './problem.ts';

const codes: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Answers what is not HTTP, or too much or too slow to become a request, as a problem like any other, and hangs up. */
export const refuseBroken = (error: NodeJS.ErrnoException, socket: Socket, links: Links, requestId: string): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const code = codes[error.code ?? ''] ?? 'malformed_request';
  const body = JSON.stringify(problemOf(new RequestRefused(code), { path: '/', requestId }, links).body);
  const { status } = errorRow(code);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-ID: ${requestId}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
};
