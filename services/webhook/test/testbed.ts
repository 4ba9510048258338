import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startNatsServer } from '@ffapi/bus';
import { loadConfig } from '@ffapi/config';
import { assetStream, type AssetEvent, type DeliveryDetail, type DeliveryStatus } from '@ffapi/contracts';
import { createEgress } from '@ffapi/egress';
import { openRuntime, type RequestHandlers } from '@ffapi/service-kit';
import { createMetrics } from '@ffapi/telemetry';
import { deliveryRequests } from '../src/send/answer-delivery-requests.consumer.ts';
import { endpointRequests } from '../src/endpoints/answer-endpoint-requests.consumer.ts';
import { startDelivering } from '../src/webhook.leader.ts';
import { cacheDecrypted } from '../src/endpoints/decrypted-secrets.state.ts';
import { deliveries, type DeliveryDocument } from '../src/send/deliveries.projection.ts';
import { endpoints, type EndpointDocument } from '../src/endpoints/endpoints.projection.ts';

export interface ReceivedCall {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly atMs: number;
}

export type Script = (call: ReceivedCall, response: ServerResponse, number: number) => void;

/** Somebody's server: what it is sent is kept, what it answers is scripted by path. */
export const startReceiver = async () => {
  const scripts = new Map<string, Script>();
  const calls = new Map<string, ReceivedCall[]>();
  const server = createServer(async (request: IncomingMessage, response) => {
    const path = request.url ?? '';
    const body = Buffer.concat(await request.toArray()).toString();
    const call = { headers: request.headers as Record<string, string>, body, atMs: performance.now() };
    const known = calls.get(path) ?? [];
    calls.set(path, [...known, call]);
    const script: Script = scripts.get(path) ?? ((_call, answer) => answer.writeHead(204).end());
    script(call, response, known.length + 1);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    /** A URL that answers as scripted; without a script 204. */
    url: (path: string, script?: Script): string => {
      if (script) scripts.set(path, script);
      return origin + path;
    },
    callsTo: (path: string): readonly ReceivedCall[] => calls.get(path) ?? [],
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

/** Asks until the answer is one, or the test's own time is over. */
export const eventually = async <T>(ask: () => Promise<T | null> | T | null): Promise<T> => {
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    await delay(10);
  }
};

/** The webhook service on a real store, with a clock that can be put forward and a patience that a busy machine keeps to. */
export const startTestbed = async ({ timeoutMs = 3_000, sweepMs = 20 } = {}) => {
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-webhook-'));
  const nats = await startNatsServer({ dir: join(dir, 'nats') });
  const config = loadConfig({ FFAPI_DATA_DIR: dir, LOG_LEVEL: 'silent', PORT: '0', ALLOW_PRIVATE_IPS: 'true' });
  const metrics = createMetrics();
  const runtime = await openRuntime({ config, natsUrl: nats.url, monitorUrl: nats.monitorUrl, metrics });
  let aheadMs = 0;
  const held = new Map<string, Promise<void>>();
  const { store, ...others } = runtime.context('webhook');
  const append: typeof store.append = async (stream, head, commit) => {
    await held.get(stream);
    return store.append(stream, head, commit);
  };
  const now = (): string => new Date(Date.now() + aheadMs).toISOString();
  const context = { ...others, store: { ...store, append }, now };
  const readModel = await context.openReadModel();
  const egress = createEgress({ allowPrivateIps: true });
  const impatient: typeof egress = {
    ...egress,
    post: (url, options) => egress.post(url, { ...options, timeoutMs }),
  };
  const calls = { context, egress: impatient, open: cacheDecrypted(context.secrets) };
  let delivering = startDelivering(readModel, calls, { sweepMs });
  const collection = readModel.collection<DeliveryDocument>({ name: deliveries.name, indexes: deliveries.indexes });
  const requests = {
    ...endpointRequests({
      context,
      endpoints: readModel.collection<EndpointDocument>({ name: endpoints.name, indexes: endpoints.indexes }),
      shown: (position) => delivering.shown('endpoints', position),
    }),
    ...deliveryRequests({
      context,
      calls,
      deliveries: collection,
      shown: (position) => delivering.shown('deliveries', position),
    }),
  } as Required<RequestHandlers>;
  const admin = { keyId: 'key_admin', isAdmin: true };

  const list = (url: string, status: DeliveryStatus | null = null) =>
    requests['webhook.deliveries']({
      actor: admin,
      jobId: null,
      url,
      status,
      event: null,
      limit: 200,
      cursor: null,
    });

  return {
    context,
    requests,
    deliveries: collection,
    admin,
    /** How far the fan-out has come. */
    fanOut: readModel.collection({ name: 'fan-out', indexes: [] }),
    /** Ends the delivering, does something, and begins again. */
    restart: async (between: () => Promise<void>): Promise<void> => {
      await delivering.stop();
      await between();
      delivering = startDelivering(readModel, calls, { sweepMs });
    },
    /** Keeps back what would be written to a stream, until it is let go. */
    holdAppends: (stream: string): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set(stream, promise);
      return resolve;
    },
    /** Puts the clock forward. */
    advance: (ms: number): void => void (aheadMs += ms),
    subscribe: (keyId: string, url: string, events = ['file.uploaded'], headers: Record<string, string> = {}) =>
      requests['webhook.subscribe']({
        id: context.newId('whk'),
        actor: { keyId, isAdmin: false },
        webhook: { events, url, secret: null, headers },
      }),
    /** A file of the key is uploaded. */
    upload: async (keyId: string, name = 'clip.mp4'): Promise<string> => {
      const fileId = context.newId('file');
      const sha256 = createHash('sha256').update(fileId).digest('hex');
      const stored: AssetEvent = {
        type: 'AssetStored',
        version: 1,
        data: {
          fileId,
          apiKeyId: keyId,
          name,
          contentType: 'video/mp4',
          blob: { sha256, sizeBytes: 1 },
          sizeBytes: 1,
          main: null,
          media: null,
          origin: { kind: 'upload' },
          expiresAt: null,
        },
      };
      await context.store.append(assetStream(fileId), null, {
        id: `upload_${randomBytes(8).toString('hex')}`,
        occurredAt: new Date().toISOString(),
        correlationId: fileId,
        causationId: keyId,
        events: [stored],
      });
      return fileId;
    },
    list,
    /** The one delivery to this URL, once it is as asked. */
    delivery: (url: string, isReady: (delivery: DeliveryDetail) => boolean): Promise<DeliveryDetail> =>
      eventually(async () => {
        const [first] = (await list(url)).data;
        if (!first) return null;
        const detail = await requests['webhook.delivery']({ id: first.id, actor: admin });
        return isReady(detail) ? detail : null;
      }),
    stop: async () => {
      await delivering.stop();
      await egress.close();
      await readModel.close();
      await runtime.close();
      await nats.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};

export type Testbed = Awaited<ReturnType<typeof startTestbed>>;
