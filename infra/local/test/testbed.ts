import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import { problem, type JobResource, type Problem } from '@ffapi/contracts';
import { expect, inject } from 'vitest';
import { expectDeclared } from './declared-answers.ts';
import { startPlatform, type Platform } from '../src/platform.ts';

export const apiKey = 'a-key-for-tests-of-the-platform';
export const dir = mkdtempSync(join(tmpdir(), 'ffapi-platform-'));
export const clip = inject('clip');
export let platform: Platform;
export let url: string;
let origin: Server;
export let originUrl: string;
export let fileId: string;
export const hooks: { body: Record<string, unknown>; headers: Record<string, unknown> }[] = [];
let hookCalled = (): void => {};
/** Called after every webhook that arrives. */
export const onHook = (callback: () => void): void => {
  hookCalled = callback;
};

/** Starts the platform on real NATS and real media, with neighbours on loopback, for one test file. */
export const openTestbed = async (): Promise<void> => {
  mkdirSync(dir, { recursive: true });
  hooks.length = 0;
  hookCalled = () => {};
  origin = createServer(async (request, response) => {
    if (request.method === 'POST') {
      hooks.push({
        body: JSON.parse(Buffer.concat(await request.toArray()).toString()) as Record<string, unknown>,
        headers: request.headers,
      });
      response.end('thanks');
      hookCalled();
    } else if (request.url?.startsWith('/clip.mp4')) response.end(readFileSync(clip));
    else if (request.url === '/page.mp4')
      response.setHeader('content-type', 'text/html').end('<html>not a film</html>');
    else if (request.url === '/endless.mp4') {
      // Whoever fetches this has a job that runs, and costs nothing.
      const more = setInterval(() => response.write(Buffer.alloc(16_384)), 1_000);
      response.once('close', () => clearInterval(more));
    } else if (request.url?.startsWith('/bytes/'))
      response.end(Buffer.from(request.url.split('/')[2] ?? '', 'base64url'));
    else if (request.url === '/half.mp4') {
      response.writeHead(200, { 'content-length': readFileSync(clip).length });
      response.write(readFileSync(clip).subarray(0, 5_000), () => setImmediate(() => response.destroy()));
    } else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(origin, 'listening');
  platform = await startPlatform(
    loadConfig({
      FFAPI_DATA_DIR: join(dir, 'data'),
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      RATE_LIMIT_REQUESTS_PER_MINUTE: '0',
      TRUSTED_PROXIES: '127.0.0.1',
      ALLOW_PRIVATE_IPS: 'true',
      JOB_RETRY_DELAY: '0',
      JOB_MAX_RETRIES: '1',
      LOG_LEVEL: 'silent',
      BLOB_PORT: '0',
      MAX_FILE_SIZE_MB: '16',
    }),
  );
  url = platform.gateway?.url ?? '';
  originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
  fileId = (await upload('clip.mp4', readFileSync(clip))).body.file_id as string;
};

export const closeTestbed = async (): Promise<void> => {
  await platform?.stop();
  origin?.close();
  rmSync(dir, { recursive: true, force: true });
};

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export const call = async <T = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> => {
  const response = await fetch(url + path, {
    method,
    headers: { 'x-api-key': apiKey, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  const answer = { status: response.status, body: type.includes('json') ? (JSON.parse(text) as unknown) : text };
  if (type.startsWith('application/json')) expectDeclared(method, path, answer);
  return { ...answer, headers: response.headers, body: answer.body as T };
};
export const upload = async (name: string, bytes: Buffer | string): Promise<Answer<Record<string, unknown>>> => {
  const form = new FormData();
  form.append('file', new Blob([bytes]), name);
  const response = await fetch(`${url}/v1/files`, { method: 'POST', headers: { 'x-api-key': apiKey }, body: form });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
};
const waited = { prefer: 'wait=60' };
export const remux = (more: Record<string, unknown> = {}) => ({
  input_url: fileId,
  output_format: 'mkv',
  video_codec: 'copy',
  audio_codec: 'copy',
  ...more,
});
export const done = async (path: string, body: unknown): Promise<JobResource> => {
  const answer = await call<JobResource>('POST', path, body, waited);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
export const expectProblem = ({ status, body, headers }: Answer<unknown>, expected: number, code: string): Problem => {
  expect({ status, code: (body as Problem).code }).toEqual({ status: expected, code });
  expect(headers.get('content-type')).toContain('application/problem+json');
  return problem.parse(body);
};

/** Asks until the answer is one, or fails with the test's own time limit. */
export const eventually = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (;;) {
    const answer = await ask().catch(() => null);
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
