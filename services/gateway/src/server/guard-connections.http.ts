import type { IncomingMessage, Server, ServerOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Links } from '@ffapi/job-view';
import type { ServiceContext } from '@ffapi/service-kit';
import { isWebSocketUpgrade } from './request-target.ts';
import { BrokenRequests } from './broken-requests.http.ts';
import { ConnectionCounts } from './connection-counts.http.ts';
import { RequestRefused } from '../requests/index.ts';
import { SlowConnections } from './slow-connections.http.ts';
import { closeUnread } from './unread-bodies.http.ts';

export interface ConnectionGuards {
  readonly http: ServerOptions;
  readonly headersTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly broken: BrokenRequests;
  readonly counts: ConnectionCounts;
  watch(instance: FastifyInstance<Server>): void;
}

/** What holds connections to their limits: how long, how slow, how many, and what is said to those that break them. */
export const guardConnections = (
  { config, metrics, newId }: ServiceContext,
  { links, trusted }: { readonly links: () => Links; readonly trusted: readonly string[] },
): ConnectionGuards => {
  const broken = new BrokenRequests({ links, newRequestId: () => newId('req') });
  const counts = new ConnectionCounts({
    max: config.MAX_CONNECTIONS_PER_ADDRESS,
    trusted,
    onRefused: () => metrics.connectionsRefused.inc(),
  });
  const slow = new SlowConnections({
    windowMs: config.REQUEST_BODY_WINDOW_SECONDS * 1000,
    minBytesPerSecond: config.REQUEST_BODY_MIN_BYTES_PER_SECOND,
    onSlowBody: (socket) => broken.refuse(Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket),
  });
  return {
    // A cursor of 2,048 letters may take six bytes each, percent-encoded.
    http: { maxHeaderSize: 32 * 1024, connectionsCheckingInterval: 1_000, shouldUpgradeCallback: isWebSocketUpgrade },
    headersTimeoutMs: config.REQUEST_HEADERS_SECONDS * 1000,
    keepAliveMs: config.KEEP_ALIVE_SECONDS * 1000,
    broken,
    counts,
    watch: (instance) => {
      const { server } = instance;
      counts.watch(server);
      broken.watch(server);
      slow.watch(server);
      closeUnread(server);
      server.on('connect', (_request: IncomingMessage, socket: Duplex) => broken.refuseTunnel(socket));
      instance.addHook('onRequest', async (request, reply) => {
        if (request.raw.httpVersionMajor !== 1) {
          reply.header('connection', 'close');
          throw new RequestRefused('malformed_request');
        }
        const peer = request.socket.remoteAddress ?? '';
        if (!counts.admits(peer, request.ip, reply.raw)) throw new RequestRefused('too_many_connections');
      });
      instance.addHook('onClose', async () => slow.stop());
    },
  };
};
