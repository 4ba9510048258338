import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import type { JobResource, Problem } from '@ffapi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../src/platform.ts';
import { infection, startClamd, type Clamd } from './clamd-process.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-scanning-'));
const apiKey = 'a-key-for-tests-of-the-scanner';
const streamBytesMax = 1_000_000;
let clamd: Clamd;
let platform: Platform;
let origin: Server;
let originUrl: string;
let clean: Buffer;
let infected: Buffer;

beforeAll(async () => {
  const clip = join(dir, 'clip.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=160x90:d=1', '-c:v', 'libx264', clip]);
  clean = readFileSync(clip);
  // It plays all the same: what stands behind the last box is read by nobody.
  infected = Buffer.concat([clean, Buffer.from(infection)]);
  origin = createServer((request, response) => {
    response.end(request.url?.startsWith('/clean.mp4') ? clean : infected);
  }).listen(0, '127.0.0.1');
  await once(origin, 'listening');
  originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
  clamd = await startClamd(join(dir, 'clamd'), streamBytesMax);
  platform = await startPlatform(
    loadConfig({
      FFAPI_DATA_DIR: join(dir, 'data'),
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      ALLOW_PRIVATE_IPS: 'true',
      ENABLE_VIRUS_SCANNING: 'true',
      CLAMAV_SOCKET: clamd.socket,
      JOB_RETRY_DELAY: '0',
      JOB_MAX_RETRIES: '1',
      LOG_LEVEL: 'silent',
    }),
  );
});

afterAll(async () => {
  await platform?.stop();
  await clamd?.stop();
  origin?.close();
  rmSync(dir, { recursive: true, force: true });
});

const ask = async <T>(method: string, path: string, body?: FormData | object): Promise<{ status: number; body: T }> => {
  const isForm = body instanceof FormData;
  const response = await fetch(`${platform.gateway?.url}${path}`, {
    method,
    headers: { 'x-api-key': apiKey, prefer: 'wait=30', ...(isForm ? {} : { 'content-type': 'application/json' }) },
    ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as T };
};
const upload = (bytes: Buffer) => {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)]), 'film.mp4');
  return ask<Problem & { signature?: string; reason?: string }>('POST', '/v1/files', form);
};
const probe = (path: string) => ask<JobResource>('POST', '/v1/probe', { url: originUrl + path });
const filesStored = async () => (await ask<{ data: unknown[] }>('GET', '/v1/files')).body.data.length;

describe('with a scanner', () => {
  it('a clean upload is stored', async () => {
    expect((await upload(clean)).status).toBe(201);
    await expect.poll(filesStored).toBe(1);
  });

  it('an infected one is refused by the name of what was found, and is no file', async () => {
    const before = await filesStored();
    const { status, body } = await upload(infected);
    expect({ status, code: body.code, signature: body.signature }).toEqual({
      status: 422,
      code: 'malware_found',
      signature: 'Ffapi.Test.UNOFFICIAL',
    });
    expect(await filesStored()).toBe(before);
  });

  it('inputs from URLs pass the same gate', async () => {
    expect((await probe('/clean.mp4')).body.status).toBe('completed');
    const { body } = await probe('/infected.mp4');
    expect(body).toMatchObject({ status: 'failed', error: { code: 'malware_found', retryable: false } });
    expect(body.error?.message).toContain('Ffapi.Test.UNOFFICIAL');
  });

  it('a file larger than the scanner takes is not taken either', async () => {
    const { status, body } = await upload(Buffer.concat([clean, Buffer.alloc(2 * streamBytesMax)]));
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'scanner_unavailable' });
    expect(body.reason).toMatch(/size limit exceeded|StreamMaxLength/);
  });
});

describe('without its scanner', () => {
  it('nothing is taken, and all goes on when it is back', async () => {
    await clamd.stop();
    const refused = await upload(clean);
    expect({ status: refused.status, code: refused.body.code }).toEqual({ status: 503, code: 'scanner_unavailable' });
    const failed = await probe('/clean.mp4?again');
    expect(failed.body).toMatchObject({ status: 'failed', error: { code: 'scanner_unavailable', retryable: true } });
    clamd = await startClamd(join(dir, 'clamd'), streamBytesMax);
    expect((await upload(clean)).status).toBe(201);
    expect((await probe('/clean.mp4?later')).body.status).toBe('completed');
  });
});
