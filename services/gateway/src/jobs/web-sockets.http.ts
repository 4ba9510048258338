import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { WebSocketServer, type WebSocket } from 'ws';
import { jobRoutes } from '@ffapi/contracts';
import { readStorySoFar } from '@ffapi/job-view';
import { clientAddress, isTrusted } from '../identity/index.ts';
import {
  requestTarget,
  type RequestTarget,
  hangUp,
  rawProblem,
  trustedProxies,
  type GatewayServer,
} from '../server/index.ts';
import { positionOf, streamJob, whileAllowed, type FrameSink } from './job-stream.http.ts';
import { eventResource } from './job.handlers.ts';
import type { LivePorts } from './updates.handlers.ts';
import { problemOf, RequestRefused } from '../requests/index.ts';

const webSocketSink = (socket: WebSocket, isAdmin: boolean): FrameSink => ({
  event: (event) => socket.send(JSON.stringify({ kind: 'event', ...eventResource(event, isAdmin) })),
  progress: (frame) => socket.send(JSON.stringify({ kind: 'progress', ...(frame as object) })),
  end: () => socket.close(1000, 'job ended'),
  isOpen: () => socket.readyState === socket.OPEN,
});

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** What a handshake says, for who decides on access; behind a proxy that is trusted, as the proxy tells it. */
const askedBy = (request: IncomingMessage, target: RequestTarget, trusted: readonly string[]) => {
  const { headers, url } = request;
  const query = Object.fromEntries(target.query);
  const peer = request.socket.remoteAddress ?? '';
  const ip = clientAddress({ peer, forwardedFor: one(headers['x-forwarded-for']), trusted });
  const told = isTrusted(trusted, peer) ? headers : {};
  const protocol = one(told['x-forwarded-proto']) ?? 'http';
  const host = one(told['x-forwarded-host']) ?? headers.host;
  return { headers, url, query, ip, protocol, host } as unknown as FastifyRequest;
};

const jobPath = /^\/v1\/jobs\/(job_[0-9a-z]{4,64})\/ws$/;

const pingEveryMs = 15_000;

/** Ends a WebSocket whose other side has not answered since it was last asked. */
const keepAlive = (client: WebSocket): void => {
  let isThere = true;
  client.on('pong', () => (isThere = true));
  const asking = setInterval(() => {
    if (!isThere) return client.terminate();
    isThere = false;
    client.ping();
  }, pingEveryMs);
  client.once('close', () => clearInterval(asking));
};

/** `GET /v1/jobs/{id}/ws`: the frames of the event stream over a WebSocket; `?after=` is what Last-Event-ID is there. */
export const serveWebSockets = ({ fastify: instance, guards: { counts } }: GatewayServer, ports: LivePorts): void => {
  const { context, feed, show, access, standing, links } = ports;
  const server = new WebSocketServer({ noServer: true, maxPayload: 4096 });

  const accept = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const target = requestTarget(request.url ?? '');
    if (!target) throw new RequestRefused('malformed_request', { detail: 'This asks for no path of this host.' });
    const jobId = jobPath.exec(target.path)?.[1];
    if (jobId === undefined) throw new RequestRefused('not_found');
    const asked = askedBy(request, target, trustedProxies(context.config));
    if (!counts.admits(request.socket.remoteAddress ?? '', asked.ip, socket))
      throw new RequestRefused('too_many_connections');
    const caller = await access.admit(jobRoutes.jobEvents, asked, null);
    await show.own(jobId, caller);
    server.handleUpgrade(request, socket, head, (client) => {
      // Frames that break the protocol end the connection by themselves; without a listener they would end the process.
      client.on('error', (err) => context.log.debug({ err }, 'WebSocket'));
      const call = { caller, route: jobRoutes.jobEvents };
      const sink = whileAllowed(webSocketSink(client, caller.isAdmin), () => access.lapse(caller, call.route) === null);
      client.once(
        'close',
        standing.hold(call, () => client.close(1008, 'access ended')),
      );
      keepAlive(client);
      streamJob(
        feed,
        jobId,
        () => readStorySoFar(context.store, jobId),
        positionOf(target.query.get('after')),
        sink,
      ).then(
        (unwatch) => (sink.isOpen() ? void client.once('close', unwatch) : unwatch()),
        (err: unknown) => {
          context.log.warn({ err, jobId }, 'WebSocket');
          client.close(1011);
        },
      );
    });
  };

  const refuse = (request: IncomingMessage, socket: Duplex, error: unknown): void => {
    const requestId = context.newId('req');
    const path = request.url?.split('?')[0] ?? '/';
    const problem = problemOf(error, { path, requestId }, links());
    context.metrics.httpErrors.inc({ code: problem.body.code });
    if (problem.isUnexpected) context.log.error({ err: error, requestId }, 'upgrade failed');
    hangUp(socket, rawProblem(problem));
  };

  instance.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Until the handshake is done nobody else listens: a reset meanwhile would end the process.
    socket.on('error', () => socket.destroy());
    accept(request, socket, head).catch((error: unknown) => refuse(request, socket, error));
  });
};
