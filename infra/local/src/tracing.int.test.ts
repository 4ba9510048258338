import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import type { JobResource } from '@ffapi/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPlatform, type Platform } from './platform.ts';

interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

const dir = mkdtempSync(join(tmpdir(), 'ffapi-tracing-'));
const clip = join(dir, 'clip.mp4');
const apiKey = 'a-key-for-tests-of-the-traces';
const traceId = '0af7651916cd43dd8448eb211c80319c';
const spans: SentSpan[] = [];
let platform: Platform;
let hookCalled = (): void => {};

const bodyOf = async (request: IncomingMessage): Promise<string> =>
  Buffer.concat(await request.toArray()).toString('utf8');
/** A receiver of OTLP over HTTP in JSON, an origin with a film, and a webhook receiver. */
const neighbour = createServer(async (request, response) => {
  if (request.url === '/v1/traces') {
    const sent = JSON.parse(await bodyOf(request)) as { resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[] };
    spans.push(...sent.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    response.setHeader('content-type', 'application/json').end('{}');
  } else if (request.method === 'POST') {
    response.end();
    hookCalled();
  } else response.end(readFileSync(clip));
});

beforeAll(async () => {
  execFileSync('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=160x90:r=25:d=1',
    '-c:v',
    'libx264',
    '-pix_fmt',
    'yuv420p',
    clip,
  ]);
  neighbour.listen(0, '127.0.0.1');
  await once(neighbour, 'listening');
  const endpoint = `http://127.0.0.1:${(neighbour.address() as AddressInfo).port}`;
  const env = {
    FFAPI_DATA_DIR: join(dir, 'data'),
    PORT: '0',
    METRICS_PORT: '0',
    ADMIN_API_KEY: apiKey,
    ALLOW_PRIVATE_IPS: 'true',
    LOG_LEVEL: 'silent',
    OTEL_ENABLED: 'true',
    OTEL_ENDPOINT: endpoint,
  };
  platform = await startPlatform(loadConfig(env));
});

afterAll(async () => {
  neighbour.close();
  rmSync(dir, { recursive: true, force: true });
});

it('tells one connected story from the request to the webhook', async () => {
  const origin = `http://127.0.0.1:${(neighbour.address() as AddressInfo).port}`;
  const called = new Promise<void>((resolve) => (hookCalled = resolve));
  const response = await fetch(`${platform.gateway?.url}/v1/transcode`, {
    method: 'POST',
    headers: {
      'x-api-key': apiKey,
      'content-type': 'application/json',
      prefer: 'wait=60',
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
    },
    body: JSON.stringify({
      input_url: `${origin}/clip.mp4`,
      output_format: 'mkv',
      video_codec: 'copy',
      webhook_url: `${origin}/hook`,
    }),
  });
  expect(((await response.json()) as JobResource).status).toBe('completed');
  await called;
  const metrics = await fetch(`${platform.gateway?.url}/metrics/prometheus`, { headers: { 'x-api-key': apiKey } });
  expect(await metrics.text()).toMatch(/ffapi_jobs_completed_total\{type="transcode"\} 1/);
  await platform.stop();
  const mine = spans.filter((span) => span.traceId === traceId);
  expect(mine.map(({ name }) => name).toSorted()).toEqual([
    'POST /v1/transcode',
    'download',
    'process',
    'upload',
    'webhook',
  ]);
  const ids = new Set(['b7ad6b7169203331', ...mine.map(({ spanId }) => spanId)]);
  expect(mine.filter(({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId))).toEqual([]);
});
