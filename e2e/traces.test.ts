import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@ffapi/testkit';
import { expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { Client, type Job } from './faults/client.ts';
import { cutClip } from './faults/clip.ts';
import { startOrigin, startReceiver } from './faults/neighbours.ts';
import { findJaeger, spansOf, startCollector, startJaeger } from './jaeger.ts';
import { startPlatform } from './platform.ts';

const jaeger = findJaeger();
if (jaeger === undefined) console.log('LANE SKIPPED traces in Jaeger (node tools/jaeger/build.mjs, needs Go)');

const apiKey = 'key_of_the_traces_0123456789';
const traceId = '0af7651916cd43dd8448eb211c80319c';
const caller = 'b7ad6b7169203331';
const wanted = ['POST /v1/transcode', 'download', 'process', 'upload', 'webhook'];

it.skipIf(jaeger === undefined)(
  'a job is one connected trace in Jaeger, through the collector as it is configured here',
  { timeout: 120_000 },
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ffapi-traces-'));
    const clip = join(dir, 'clip.mp4');
    await cutClip(clip, 1);
    const origin = await startOrigin(clip);
    const receiver = await startReceiver(() => {});
    const [otlpGrpc = 0, query = 0, queryGrpc = 0, grpc = 0, http = 0] = await freePorts(5);
    const endings = [
      startJaeger(jaeger as string, dir, { otlpGrpc, query, queryGrpc }),
      startCollector(
        jaeger as string,
        { grpc: `127.0.0.1:${grpc}`, http: `127.0.0.1:${http}` },
        `127.0.0.1:${otlpGrpc}`,
      ),
    ];
    const env = {
      FFAPI_DATA_DIR: join(dir, 'data'),
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      ALLOW_PRIVATE_IPS: 'true',
      MIN_FREE_SPACE_MB: '0',
      LOG_LEVEL: 'warn',
      OTEL_ENABLED: 'true',
      OTEL_ENDPOINT: `http://127.0.0.1:${http}`,
    };
    const platform = startPlatform(env, join(dir, 'platform.log'));
    try {
      const client = new Client(await platform.ready, apiKey);
      const answer = await client.call<Job>('POST', '/v1/transcode', {
        body: {
          input_url: `${origin.url}/clip.mp4`,
          output_format: 'mkv',
          video_codec: 'copy',
          webhook_url: receiver.url,
        },
        headers: { prefer: 'wait=60', traceparent: `00-${traceId}-${caller}-01` },
      });
      expect(answer?.body.status).toBe('completed');
      const spans = await eventually(async () => {
        const found = await spansOf(query, traceId);
        return wanted.every((name) => found.some(({ operationName }) => operationName === name)) ? found : undefined;
      });
      expect(spans.map(({ operationName }) => operationName).toSorted()).toEqual(wanted);
      const known = new Set([caller, ...spans.map(({ spanID }) => spanID)]);
      const lost = spans.filter(({ references }) => !references.some(({ spanID }) => known.has(spanID)));
      expect(lost).toEqual([]);
    } finally {
      await platform.end('SIGTERM');
      for (const end of endings) end();
      origin.close();
      receiver.close();
      rmSync(dir, { recursive: true, force: true });
    }
  },
);
