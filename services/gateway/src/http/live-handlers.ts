import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { WebSocketServer, type WebSocket } from 'ws';
import { errorRow, jobRoutes } from '@ffapi/contracts';
import { clientAddress, isTrusted } from '../domain/client-address.ts';
import type { ServiceContext } from '@ffapi/service-kit';
import type { LiveFeed } from '../live/feed.ts';
import { eventStreamSink, streamJob, whileAllowed, type FrameSink } from '../live/job-stream.ts';
import { readStory } from '@ffapi/job-view';
import type { Access } from './access.ts';
import type { Caller } from './caller.ts';
import { eventResource } from './job-handlers.ts';
import { trustedProxies, type Call, type Handlers } from './server.ts';
import type { JobShow } from './show-jobs.ts';

export interface LivePorts {
  readonly context: ServiceContext;
  readonly feed: LiveFeed;
  readonly show: JobShow;
  readonly access: Access;
}

const keepAliveMs = 15_000;
const positionOf = (value: string | undefined): number =>
  value !== undefined && /^\d+$/.test(value) ? Number(value) : 0;

export const liveHandlers = ({ context, feed, show, access }: LivePorts): Handlers => ({
  follow_job: async (call: Call) => {
    const jobId = call.params.id ?? '';
    await show.own(jobId, call.caller);
    const { raw } = call.reply.hijack();
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-request-id': call.requestId,
    });
    raw.write('retry: 1000\n\n');
    const sink = whileAllowed(
      eventStreamSink(raw, (event) => eventResource(event, call.caller.isAdmin)),
      () => access.holds(call.caller),
    );
    const keepAlive = setInterval(() => sink.isOpen() && raw.write(': still here\n\n'), keepAliveMs);
    raw.once('close', () => clearInterval(keepAlive));
    const after = positionOf(call.header('last-event-id'));
    const unwatch = await streamJob(feed, jobId, () => readStory(context.store, jobId), after, sink);
    raw.once('close', unwatch);
    return undefined;
  },
});

const webSocketSink = (socket: WebSocket, isAdmin: boolean): FrameSink => ({
  event: (event) => socket.send(JSON.stringify({ kind: 'event', ...eventResource(event, isAdmin) })),
  progress: (frame) => socket.send(JSON.stringify({ kind: 'progress', ...(frame as object) })),
  end: () => socket.close(1000, 'job ended'),
  isOpen: () => socket.readyState === socket.OPEN,
});

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** What a handshake says, for who decides on access; behind a proxy that is trusted, as the proxy tells it. */
const askedBy = (request: IncomingMessage, query: Record<string, string>, trusted: readonly string[]) => {
  const { headers, url } = request;
  const peer = request.socket.remoteAddress ?? '';
  const ip = clientAddress({ peer, forwardedFor: one(headers['x-forwarded-for']), trusted });
  const told = isTrusted(trusted, peer) ? headers : {};
  const protocol = one(told['x-forwarded-proto']) ?? 'http';
  const host = one(told['x-forwarded-host']) ?? headers.host;
  return { headers, url, query, ip, protocol, host } as unknown as FastifyRequest;
};

const path = /^\/v1\/jobs\/(job_[0-9a-z]{4,64})\/ws$/;

/** `GET /v1/jobs/{id}/ws`: the frames of the event stream over a WebSocket; `?after=` is what Last-Event-ID is there. */
export const serveWebSockets = (instance: FastifyInstance, { context, feed, show, access }: LivePorts): void => {
  const server = new WebSocketServer({ noServer: true, maxPayload: 4096 });
  const refuse = (socket: Duplex, status: string): void =>
    void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);

  instance.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? '/', 'http://gateway');
    const jobId = path.exec(url.pathname)?.[1];
    if (jobId === undefined) return refuse(socket, '404 Not Found');
    const query = Object.fromEntries(url.searchParams);
    const asked = askedBy(request, query, trustedProxies(context.config));
    const admit = async (): Promise<Caller> => {
      const caller = await access.admit(jobRoutes.jobEvents, asked, null);
      await show.own(jobId, caller);
      return caller;
    };
    admit().then(
      (caller) =>
        server.handleUpgrade(request, socket, head, (client) => {
          streamJob(
            feed,
            jobId,
            () => readStory(context.store, jobId),
            positionOf(query.after),
            whileAllowed(webSocketSink(client, caller.isAdmin), () => access.holds(caller)),
          ).then(
            (unwatch) => client.once('close', unwatch),
            () => client.close(1011),
          );
        }),
      (error: { code?: string }) => {
        const { status } = errorRow(error.code ?? 'internal');
        refuse(socket, `${status} ${STATUS_CODES[status]}`);
      },
    );
  });
};
