import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '@ffapi/config';
import type { Logger, Metrics } from '@ffapi/telemetry';
import { componentsOf } from './announce-health.ts';
import type { Running } from './running.ts';
import type { Service } from './service.ts';

/** Metrics and probes on METRICS_PORT, without a key and so never on a public port; `null` where none is set. */
export const serveInternals = async (
  config: Config,
  metrics: Metrics,
  services: readonly Service[],
  log: Logger,
): Promise<(Running & { readonly port: number }) | null> => {
  if (config.METRICS_PORT === undefined) return null;
  const pages: Readonly<Record<string, () => Promise<{ status?: number; type: string; body: string }>>> = {
    '/metrics': async () => ({ type: metrics.contentType, body: await metrics.text() }),
    '/metrics/prometheus': async () => ({ type: metrics.contentType, body: await metrics.text() }),
    '/health/live': async () => ({ type: 'application/json', body: '{"status":"live"}' }),
    '/health/ready': async () => {
      const components = await componentsOf(services);
      const isReady = Object.values(components).every(({ status }) => status !== 'down');
      const body = JSON.stringify({
        status: isReady ? 'ready' : 'not_ready',
        services: services.map(({ name }) => name),
        components,
      });
      return { status: isReady ? 200 : 503, type: 'application/json', body };
    },
  };
  const server = createServer(async (request, response) => {
    const page = pages[request.url ?? ''];
    if (!page) return void response.writeHead(404).end();
    try {
      const { status = 200, type, body } = await page();
      response.writeHead(status, { 'content-type': type }).end(body);
    } catch (err) {
      log.error({ err, page: request.url }, 'internal page');
      response.writeHead(500).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.METRICS_PORT, config.HOST, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
