import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePorts } from '@ffapi/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepTrack } from './faults/children.ts';
import { Client } from './faults/client.ts';
import { cutClip } from './faults/clip.ts';
import { root, type Environment } from './faults/service-process.ts';
import { startPlatform, type RunningPlatform } from './platform.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-dev-'));
const film = join(dir, 'film.mp4');
let outsideUrl = '';
let settings: Environment;
let platform: RunningPlatform;
let outside: ReturnType<typeof runDev>;

const runDev = (script: string, env: Environment) => {
  const { PATH = '' } = process.env;
  const argv = [join(root, 'infra/dev', script)];
  const child = spawn(process.execPath, argv, {
    env: { PATH, FILM: film, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  keepTrack(child);
  return child;
};

/** The settings of Compose's profile `dev`, with the services outside where they are here. */
beforeAll(async () => {
  await cutClip(film, 2);
  const [port = 0] = await freePorts(1);
  outsideUrl = `http://127.0.0.1:${port}`;
  outside = runDev('outside.ts', { OUTSIDE_PORT: String(port) });
  await new Promise((resolve) => outside.stdout.once('data', resolve));
  const lines = readFileSync(join(root, 'infra/dev/compose.env'), 'utf8').matchAll(/^(\w+)=(.*)$/gm);
  const given = [...lines].map(([, name = '', value = '']) => [name, value.replace('http://outside:4100', outsideUrl)]);
  settings = Object.fromEntries(given) as Environment;
  const data = { PORT: '0', FFAPI_DATA_DIR: join(dir, 'data'), LOG_LEVEL: 'warn' };
  platform = startPlatform({ ...settings, ...data }, join(dir, 'platform.log'));
  await platform.ready;
});

afterAll(async () => {
  outside.kill();
  await platform.end('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
});

const seed = async (): Promise<string[]> => {
  const env = { FFAPI_URL: await platform.ready, OUTSIDE_URL: outsideUrl, ADMIN_API_KEY: settings.ADMIN_API_KEY ?? '' };
  const child = runDev('seed.ts', env);
  const said = await text(child.stdout);
  return said.split('\n').filter((line) => /^(made|was there) /.test(line));
};

interface SeededJob {
  readonly status: string;
  readonly metadata: { readonly seed: string };
  readonly outputs: readonly { readonly download_url: string }[];
}

it('is seeded once, and its jobs end as they should with the services outside', async () => {
  const first = await seed();
  expect(first.every((line) => line.startsWith('made'))).toBe(true);
  expect(first).toHaveLength(12);
  const client = new Client(await platform.ready, settings.ADMIN_API_KEY ?? '');
  const jobs = async (): Promise<readonly SeededJob[]> =>
    (await client.call<{ data: SeededJob[] }>('GET', '/v1/jobs?limit=200'))?.body.data ?? [];
  const isOver = ({ status }: SeededJob): boolean => ['completed', 'failed', 'held'].includes(status);
  await expect.poll(async () => (await jobs()).every(isOver), { timeout: 90_000, interval: 200 }).toBe(true);
  expect(Object.fromEntries((await jobs()).map(({ metadata, status }) => [metadata.seed, status]))).toEqual({
    'a small copy': 'completed',
    'from an address': 'completed',
    stills: 'completed',
    loudness: 'completed',
    'a translation': 'completed',
    'one that fails': 'failed',
  });
  const translation = (await jobs()).find(({ metadata }) => metadata.seed === 'a translation');
  const subtitles = await fetch(new URL(translation?.outputs[0]?.download_url ?? '', await platform.ready));
  expect(await subtitles.text()).toContain('[es] A large rabbit');

  const again = await seed();
  expect(again).toHaveLength(12);
  expect(again.filter((line) => line.startsWith('made'))).toEqual([]);
});

it('shows who was called outside, to people and to programs', async () => {
  const seen = async (): Promise<string[]> => {
    const calls = (await (await fetch(`${outsideUrl}/calls`)).json()) as { service: string; status: number }[];
    return [...new Set(calls.map(({ service, status }) => `${service} ${status}`))].toSorted();
  };
  await expect.poll(seen).toEqual(['DeepL 200', 'Splunk 200', 'moderation of your own 200', 'webhook 204']);
  await fetch(`${outsideUrl}/hooks/%3Cscript%3E?status=503`, { method: 'POST', body: '<img src=x>' });
  const page = await (await fetch(outsideUrl)).text();
  expect(page).toContain('&lt;img src=x&gt;');
  expect(page).not.toContain('<img');
  expect(page).toContain('<i>503</i>');
  expect((await fetch(`${outsideUrl}/deepl/v2/translate`, { method: 'POST', body: 'no json' })).status).toBe(400);
  expect((await fetch(`${outsideUrl}/elsewhere`, { method: 'POST' })).status).toBe(404);
  await fetch(`${outsideUrl}/forget`, { method: 'POST' });
  expect(await (await fetch(`${outsideUrl}/calls`)).json()).toEqual([]);
});
