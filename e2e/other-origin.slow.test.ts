import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type RunningPlatform } from './platform.ts';

const executablePath = '/usr/bin/chromium';
const hasBrowser = existsSync(executablePath);
if (!hasBrowser) process.stdout.write(`LANE SKIPPED browser (no ${executablePath})\n`);

const args = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const adminKey = 'key_of_pages_elsewhere_0123456789';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-other-origin-'));
const clip = join(dir, 'clip.mp4');
const page = readFileSync('docs/how-to/play-in-a-browser.md', 'utf8');
/** The examples of the page, in order: playing, uploading. */
const [playing = '', uploading = ''] = [...page.matchAll(/```html\n([^]*?)```/g)].map(([, html]) => html);

let platform: RunningPlatform;
let browser: Browser;
let api: string;
let site: Server;
let origin: string;
/** What the site answers, by path. */
const served = new Map<string, { type: string; body: string | Buffer }>();

const html = (body: string) => ({ type: 'text/html', body: `<!doctype html><meta charset="utf-8">${body}` });
const json = (value: unknown) => ({ type: 'application/json', body: JSON.stringify(value) });

interface Made {
  readonly status: string;
  readonly outputs: readonly { readonly download_url: string; readonly url: string }[];
}

const call = async <T>(
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<T> => {
  const isForm = body instanceof FormData;
  const answer = await fetch(api + path, {
    method,
    headers: { 'x-api-key': adminKey, ...(isForm ? {} : { 'content-type': 'application/json' }), ...headers },
    body: isForm ? body : JSON.stringify(body),
  });
  expect(answer.status, await answer.clone().text()).toBeLessThan(300);
  return (await answer.json()) as T;
};

const makeClip = (): void => {
  const picture = 'testsrc2=s=640x360:r=25:d=4';
  const words = join(dir, 'words.srt');
  writeFileSync(words, '1\n00:00:01,000 --> 00:00:02,000\nHello\n');
  const argv = ['-v', 'error', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'sine=d=4', '-i', words];
  const codecs = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-c:s', 'mov_text'];
  execFileSync('ffmpeg', [...argv, ...codecs, '-metadata:s:a:0', 'language=deu', clip]);
};

const make = async (fields: Record<string, unknown>): Promise<Made> => {
  const form = new FormData();
  form.append('file', new Blob([readFileSync(clip)]), 'clip.mp4');
  const { file_id: input } = await call<{ file_id: string }>('POST', '/v1/files', form);
  const job = await call<Made>('POST', '/v1/transcode', { input_url: input, ...fields }, { prefer: 'wait=120' });
  expect(job.status).toBe('completed');
  return job;
};

beforeAll(async () => {
  if (!hasBrowser) return;
  makeClip();
  site = createServer((request, response) => {
    const found = served.get(request.url ?? '');
    response.writeHead(found ? 200 : 404, { 'content-type': found?.type ?? 'text/plain' }).end(found?.body);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  origin = `http://localhost:${(site.address() as AddressInfo).port}`;
  const settings = {
    PORT: '0',
    ADMIN_API_KEY: adminKey,
    FFAPI_DATA_DIR: join(dir, 'data'),
    MIN_FREE_SPACE_MB: '0',
    LOG_LEVEL: 'warn',
    CORS_ORIGINS: `https://app.example.com, ${origin}`,
  };
  platform = startPlatform(settings, join(dir, 'platform.log'));
  api = await platform.ready;
  served.set('/favicon.ico', { type: 'image/x-icon', body: '' });
  served.set('/hls.mjs', { type: 'text/javascript', body: readFileSync('node_modules/hls.js/dist/hls.mjs') });
  browser = await chromium.launch({ executablePath, args: [...args, '--autoplay-policy=no-user-gesture-required'] });
});

afterAll(async () => {
  await browser?.close();
  site?.close();
  site?.closeAllConnections();
  await platform?.end('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
});

const open = async (path: string): Promise<{ shown: Page; complaints: string[] }> => {
  const shown = await browser.newPage();
  const complaints: string[] = [];
  shown.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  shown.on('pageerror', ({ message }) => complaints.push(message));
  await shown.goto(origin + path);
  return { shown, complaints };
};

const played = (shown: Page, seconds: number): Promise<unknown> =>
  shown.waitForFunction(`document.querySelector('video')?.currentTime > ${seconds}`);
const sizeOf = (shown: Page): Promise<unknown> =>
  shown.evaluate(`(({ videoWidth, videoHeight }) => [videoWidth, videoHeight])(document.querySelector('video'))`);

describe.skipIf(!hasBrowser)('a page of another origin', () => {
  it('plays a ladder as the page of the documentation says', async () => {
    const { outputs } = await make({ output_format: 'hls', ladder: [{ resolution: '360p' }, { resolution: '240p' }] });
    served.set('/film.json', json(outputs[0]));
    served.set('/play', html(playing));
    const { shown, complaints } = await open('/play');
    await played(shown, 2);
    const [width, height] = (await sizeOf(shown)) as number[];
    expect(width).toBeGreaterThan(0);
    expect([360, 240]).toContain(height);
    expect(complaints).toEqual([]);
  });

  it('reads subtitles and keyframes of a ladder by the same link', async () => {
    const { outputs } = await make({ output_format: 'hls', ladder: [{ resolution: '240p' }] });
    const link = outputs[0]?.download_url ?? '';
    served.set('/beside', html(''));
    const { shown } = await open('/beside');
    const read = (path: string): Promise<{ type: string; text: string }> =>
      shown.evaluate(
        `fetch(new URL(${JSON.stringify(path)}, ${JSON.stringify(link)})).then(async (answer) => ({
          type: answer.headers.get('content-type'), text: await answer.text(),
        }))`,
      );
    const playlist = { type: expect.stringContaining('application/vnd.apple.mpegurl') as unknown };
    expect(await read('master.m3u8')).toMatchObject({ text: expect.stringContaining('LANGUAGE="de"') as unknown });
    expect(await read('subtitles/index.m3u8')).toMatchObject(playlist);
    expect(await read('240p/keyframes.m3u8')).toMatchObject(playlist);
    const { type, text } = await read('subtitles/subtitles.vtt');
    expect(type).toMatch(/^text\/vtt/);
    expect(text).toContain('00:00:01.000 --> 00:00:02.000\nHello');
  });

  it('plays and seeks in a file by its signed link', async () => {
    const { outputs } = await make({ output_format: 'mp4' });
    const link = outputs[0]?.download_url ?? '';
    served.set('/file', html(`<video crossorigin="anonymous" muted src="${link}"></video>`));
    const { shown, complaints } = await open('/file');
    await shown.evaluate(`document.querySelector('video').currentTime = 2; document.querySelector('video').play()`);
    await played(shown, 2.5);
    const part = await shown.evaluate<Record<string, unknown>>(
      `(async () => {
        const answer = await fetch(${JSON.stringify(link)}, { headers: { range: 'bytes=10-19' } });
        const { length } = new Uint8Array(await answer.arrayBuffer());
        const [range, etag] = ['content-range', 'etag'].map((name) => answer.headers.get(name));
        return { status: answer.status, length, range, hasTag: etag !== null };
      })()`,
    );
    expect(part).toMatchObject({ status: 206, length: 10, hasTag: true });
    expect(part.range).toMatch(/^bytes 10-19\/\d+$/);
    expect(complaints).toEqual([]);
  });

  it('uploads a file as the page of the documentation says', async () => {
    const key = await call<{ api_key: string }>('POST', '/admin/api-keys', {
      name: 'upload of one visitor',
      permissions: ['files:create'],
      expires_at: '2100-01-01T00:00:00Z',
    });
    served.set('/upload.json', json({ api, key: key.api_key }));
    served.set('/upload', html(uploading));
    const { shown, complaints } = await open('/upload');
    await shown.setInputFiles('#choose', clip);
    await shown.waitForFunction(`document.querySelector('#stored').textContent.startsWith('file_')`);
    expect(complaints).toEqual([]);
  });

  it('reads limits, locations and problems of the API', async () => {
    served.set('/', html(''));
    const { shown } = await open('/');
    const told = await shown.evaluate<Record<string, unknown>>(
      `(async () => {
        const headers = { 'x-api-key': ${JSON.stringify(adminKey)}, 'idempotency-key': 'of-a-page', prefer: 'wait=1' };
        const refused = await fetch(${JSON.stringify(api)} + '/v1/jobs/job_00000000', { headers });
        const streamed = await fetch(${JSON.stringify(api)} + '/v1/jobs/export', { headers });
        const text = await streamed.text();
        return { code: (await refused.json()).code, id: refused.headers.get('x-request-id'), isList: text.startsWith('[') };
      })()`,
    );
    expect(told).toMatchObject({ code: 'job_not_found', isList: true });
    expect(told.id).toMatch(/^req_/);
  });

  it('that is not named reads nothing, and no page brings a session with it', async () => {
    const named = origin;
    const other = named.replace('localhost', '127.0.0.1');
    served.set('/', html(''));
    const shown = await browser.newPage();
    await shown.goto(other);
    const ask = (more: string): Promise<string> =>
      shown.evaluate<string>(
        `fetch(${JSON.stringify(api)} + '/v1/jobs', { headers: { 'x-api-key': ${JSON.stringify(adminKey)} } ${more} }).then(() => 'read', () => 'kept')`,
      );
    expect(await ask('')).toBe('kept');
    await shown.goto(named);
    expect(await ask('')).toBe('read');
    expect(await ask(`, credentials: 'include'`)).toBe('kept');
  });
});
