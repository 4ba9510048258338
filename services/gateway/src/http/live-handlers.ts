import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { WebSocketServer, type WebSocket } from 'ws';
import { errorRow, jobRoutes } from '@ffapi/contracts';
import type { ServiceContext } from '@ffapi/service-kit';
import type { LiveFeed } from '../live/feed.ts';
import { eventStreamSink, streamJob, type FrameSink } from '../live/job-stream.ts';
import { readStory } from '@ffapi/job-view';
import type { Access, Caller } from './access.ts';
import { eventResource } from './job-handlers.ts';
import type { Call, Handlers } from './server.ts';
import type { JobShow } from './show-jobs.ts';

export interface LivePorts {
  readonly context: ServiceContext;
  readonly feed: LiveFeed;
  readonly show: JobShow;
}

const keepAliveMs = 15_000;
const positionOf = (value: string | undefined): number =>
  value !== undefined && /^\d+$/.test(value) ? Number(value) : 0;

export const liveHandlers = ({ context, feed, show }: LivePorts): Handlers => ({
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
    const keepAlive = setInterval(() => raw.write(': still here\n\n'), keepAliveMs);
    raw.once('close', () => clearInterval(keepAlive));
    const after = positionOf(call.header('last-event-id'));
    const unwatch = await streamJob(
      feed,
      jobId,
      () => readStory(context.store, jobId),
      after,
      eventStreamSink(raw, (event) => eventResource(event, call.caller.isAdmin)),
    );
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

const path = /^\/v1\/jobs\/(job_[0-9a-z]{4,64})\/ws$/;

/** `GET /v1/jobs/{id}/ws`: the frames of the event stream over a WebSocket; `?after=` is what Last-Event-ID is there. */
export const serveWebSockets = (
  instance: FastifyInstance,
  { context, feed, show, access }: LivePorts & { readonly access: Access },
): void => {
  const server = new WebSocketServer({ noServer: true, maxPayload: 4096 });
  const refuse = (socket: Duplex, status: string): void =>
    void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);

  instance.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? '/', 'http://gateway');
    const jobId = path.exec(url.pathname)?.[1];
    if (jobId === undefined) return refuse(socket, '404 Not Found');
    const query = Object.fromEntries(url.searchParams);
    const asked = { headers: request.headers, url: request.url, query, ip: request.socket.remoteAddress ?? '' };
    const admit = async (): Promise<Caller> => {
      const caller = await access.admit(jobRoutes.jobEvents, asked as unknown as FastifyRequest, null);
      await show.own(jobId, caller);
      return caller;
    };
    admit().then(
      ({ isAdmin }) =>
        server.handleUpgrade(request, socket, head, (client) => {
          streamJob(
            feed,
            jobId,
            () => readStory(context.store, jobId),
            positionOf(query.after),
            webSocketSink(client, isAdmin),
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
