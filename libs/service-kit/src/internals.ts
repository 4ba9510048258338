import { createServer } from 'node:http';
import type { Config } from '@ffapi/config';
import type { Metrics } from '@ffapi/telemetry';
import type { Running, Service } from './service.ts';

/** Metrics and probes on METRICS_PORT, without a key and so never on a public port; `null` where none is set. */
export const serveInternals = async (config: Config, metrics: Metrics, services: readonly Service[]): Promise<Running | null> => {
  if (config.METRICS_PORT === undefined) return null;
  const pages: Readonly<Record<string, () => Promise<{ type: string; body: string }>>> = {
    '/metrics': async () => ({ type: metrics.contentType, body: await metrics.text() }),
    '/metrics/prometheus': async () => ({ type: metrics.contentType, body: await metrics.text() }),
    '/health/live': async () => ({ type: 'application/json', body: '{"status":"live"}' }),
    '/health/ready': async () => ({ type: 'application/json', body: JSON.stringify({ status: 'ready', services: services.map(({ name }) => name) }) }),
  };
  const server = createServer(async (request, response) => {
    const page = pages[request.url ?? ''];
    if (!page) return void response.writeHead(404).end();
    const { type, body } = await page();
    response.setHeader('content-type', type).end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.METRICS_PORT, config.HOST, resolve);
  });
  return {
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
