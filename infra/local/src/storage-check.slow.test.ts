import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { loadConfig } from '@ffapi/config';
import type { StorageCheck } from '@ffapi/storage';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPlatform, type Platform } from './platform.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-check-'));
const env = {
  FFAPI_DATA_DIR: dir,
  PORT: '0',
  ADMIN_API_KEY: 'a-key-for-tests-of-the-check',
  LOG_LEVEL: 'silent',
  SERVICES: 'gateway,job,storage',
};
const blobs = join(dir, 'blobs', 'blobs');
const pathOf = (sha256: string): string => join(blobs, sha256.slice(0, 2), sha256.slice(2, 4), sha256);

interface Found {
  readonly status: number | null;
  readonly data: StorageCheck;
}

/** As the operator runs it. */
const check = async (...args: string[]): Promise<Found> => {
  const argv = [join(import.meta.dirname, 'cli.ts'), 'storage', 'check', '--json', ...args];
  const child = spawn(process.execPath, argv, { env: { ...process.env, ...env } });
  const [stdout, status] = await Promise.all([
    text(child.stdout),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { status, data: (JSON.parse(stdout) as { data: StorageCheck }).data };
};

let platform: Platform;
const files: { readonly file_id: string; readonly sha256: string }[] = [];
const call = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${platform.gateway?.url}${path}`, { ...init, headers: { 'x-api-key': env.ADMIN_API_KEY } });

beforeAll(async () => {
  platform = await startPlatform(loadConfig(env));
  for (let n = 0; n < 40; n++) {
    const form = new FormData();
    form.set('file', new Blob([`1\n00:00:00,000 --> 00:00:01,000\ncue ${n}\n`]), `cues-${n}.srt`);
    files.push((await (await call('/v1/files', { method: 'POST', body: form })).json()) as (typeof files)[number]);
  }
  await platform.stop();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('finds nothing where everything is in its place', async () => {
  const { status, data } = await check();
  expect(status).toBe(0);
  expect(data).toMatchObject({ blobs: 40, named: 40, missingCount: 0, unnamedCount: 0 });
});

it('finds what was deleted and what was put there behind the platform, repairs it, and is idle then', async () => {
  const [lost, kept] = [files.slice(0, 20), files.slice(20)];
  for (const { sha256 } of lost) rmSync(pathOf(sha256));
  const strays = Array.from({ length: 20 }, () => {
    const bytes = randomBytes(100);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    mkdirSync(join(pathOf(sha256), '..'), { recursive: true });
    writeFileSync(pathOf(sha256), bytes);
    const longAgo = new Date(Date.now() - 24 * 3600_000);
    utimesSync(pathOf(sha256), longAgo, longAgo);
    return sha256;
  });
  const digests = (of: readonly { readonly sha256: string }[]) => of.map(({ sha256 }) => sha256).toSorted();

  const seen = await check();
  expect(seen.status).toBe(1);
  expect(digests(seen.data.missing)).toEqual(digests(lost));
  expect(seen.data.missing.flatMap((blob) => blob.files).toSorted()).toEqual(
    lost.map(({ file_id }) => file_id).toSorted(),
  );
  expect(digests(seen.data.unnamed)).toEqual(strays.toSorted());

  const repaired = await check('--repair');
  expect(repaired.status).toBe(0);
  expect(repaired.data).toMatchObject({ removed: 20, deleted: 20, refused: null });
  expect(await check('--repair')).toMatchObject({
    status: 0,
    data: { blobs: 20, missingCount: 0, unnamedCount: 0, removed: 0, deleted: 0 },
  });
  platform = await startPlatform(loadConfig(env));
  for (const { file_id } of kept) expect((await call(`/v1/files/${file_id}`)).status).toBe(200);
  const gone = await Promise.all(lost.map(async ({ file_id }) => (await call(`/v1/files/${file_id}`)).status));
  expect(new Set(gone)).toEqual(new Set([404]));
  await platform.stop();
});

it('spares what was put a moment ago', async () => {
  const bytes = randomBytes(100);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  mkdirSync(join(pathOf(sha256), '..'), { recursive: true });
  writeFileSync(pathOf(sha256), bytes);
  expect((await check('--repair')).data).toMatchObject({ unnamedCount: 0, removed: 0 });
  expect(readdirSync(join(pathOf(sha256), '..'))).toEqual([sha256]);
});
