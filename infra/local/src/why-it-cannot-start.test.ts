import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import { afterAll, expect, it } from 'vitest';
import { whyItCannotStart } from './why-it-cannot-start.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-why-'));
const free = { PORT: '0', FFAPI_DATA_DIR: join(dir, 'a/b/data') };
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const why = (environment: Readonly<Record<string, string>>): Promise<string | null> =>
  whyItCannotStart(loadConfig({ ...free, ...environment }));

it('finds nothing where a start will do, and makes the folder', async () => {
  expect(await why({})).toBeNull();
  expect(await why({})).toBeNull();
});

it.each(['/proc/ffapi', '/proc/1/a/b', '/sys/ffapi', '/dev/null/ffapi'])('%s is no data folder', async (folder) => {
  expect(await why({ FFAPI_DATA_DIR: folder })).toMatch(`nothing can be kept in FFAPI_DATA_DIR=${folder}: `);
});

it('a file is no data folder', async () => {
  writeFileSync(join(dir, 'file'), '');
  expect(await why({ FFAPI_DATA_DIR: join(dir, 'file') })).toContain('nothing can be kept');
});

it('names the port that is in use, and the setting', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await why({ PORT: String(port) })).toMatch(/^port \d+ on 127\.0\.0\.1 is in use: .*PORT$/);
  expect(await why({ METRICS_PORT: String(port) })).toContain('METRICS_PORT');
  expect(await why({ PORT: String(port), SERVICES: 'job,storage' })).toBeNull();
  server.close();
});

it('names an address that is not of this machine', async () => {
  expect(await why({ PORT: '3999', HOST: '203.0.113.1' })).toMatch(
    /^PORT=3999 on 203\.0\.113\.1 cannot be listened on/,
  );
});

it('names a tool that is not where it is said to be', async () => {
  expect(await why({ FFMPEG_PATH: '/nowhere/ffmpeg' })).toMatch(/^FFMPEG_PATH=\/nowhere\/ffmpeg is no program/);
});
