import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Links } from '@ffapi/job-view';
import { problemOf, RequestRefused, type ProblemAnswer } from '../requests/index.ts';
import { hangUp, rawProblem } from './raw-answers.http.ts';

const codes: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';

export interface BrokenRequestsOptions {
  readonly links: () => Links;
  readonly newRequestId: () => string;
}

/** Answers what is not HTTP, or too much or too slow to become a request, as a problem like any other, and hangs up. */
export class BrokenRequests {
  readonly #options: BrokenRequestsOptions;
  /** What is still to be answered on a connection, oldest first. */
  readonly #open = new WeakMap<Socket, Set<ServerResponse>>();

  constructor(options: BrokenRequestsOptions) {
    this.#options = options;
  }

  watch(server: Server): void {
    server.on('request', ({ socket }, response) => {
      const open = this.#open.get(socket) ?? new Set();
      this.#open.set(socket, open.add(response));
      response.once('close', () => open.delete(response));
    });
  }

  readonly refuse = (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return void socket.destroy();
    // Bytes that come after the last word.
    if (!socket.writable) return;
    const open = [...(this.#open.get(socket) ?? [])];
    // In the middle of an answer nothing else can be said.
    if (open.some(({ headersSent, writableEnded }) => headersSent && !writableEnded)) return void socket.destroy();
    const whole = open.findLast(({ req }) => req.complete);
    if (!whole) return this.#hangUp(error, socket);
    // Good requests before this one are answered first: the client counts answers.
    whole.once('close', () => socket.writable && this.#hangUp(error, socket));
  };

  /** Answers CONNECT: this is no proxy (RFC 9110 §9.3.6). */
  refuseTunnel(socket: Duplex): void {
    const { headers, ...problem } = this.#problem('method_not_allowed');
    hangUp(socket, rawProblem({ ...problem, headers: { ...headers, Allow: methods } }));
  }

  #hangUp({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
    hangUp(socket, rawProblem(this.#problem(codes[code] ?? 'malformed_request')));
  }

  #problem(code: string): ProblemAnswer {
    const { links, newRequestId } = this.#options;
    return problemOf(new RequestRefused(code), { path: '/', requestId: newRequestId() }, links());
  }
}
