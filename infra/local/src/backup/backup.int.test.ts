import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import { afterAll, expect, it } from 'vitest';
import { runCommand } from '../commands.ts';
import { startPlatform, noteRunning } from '../platform.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-backup-'));
const backup = join(dir, 'backup');
const bytes = Buffer.from('a stored file that is not a film');
const envOf = (dataDir: string) => ({
  FFAPI_DATA_DIR: join(dir, dataDir),
  PORT: '0',
  LOG_LEVEL: 'silent',
  SERVICES: 'gateway,job,storage,webhook',
});

/** The command as the operator gives it, without a process of its own. */
const ffapi = async (dataDir: string, ...args: string[]): Promise<{ code: number; output: string; data: unknown }> => {
  try {
    const { ok, lines, data } = (await runCommand(args, loadConfig(envOf(dataDir))))!;
    return { code: ok ? 0 : 1, output: lines.join('\n'), data };
  } catch (error) {
    return { code: 1, output: (error as Error).message, data: null };
  }
};

/** What clients see of a platform, asked with the admin's key. */
const openPlatform = async (dataDir: string) => {
  const config = loadConfig(envOf(dataDir));
  const platform = await startPlatform(config);
  const forget = noteRunning(config, platform);
  const { url, adminKey } = platform.gateway!;
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { ...init, headers: { 'x-api-key': adminKey, ...init.headers } });
  return {
    ask,
    json: async (path: string) => (await (await ask(path)).json()) as Record<string, unknown>,
    post: (path: string, body: object) =>
      ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    adminKey,
    stop: async () => {
      await platform.stop();
      forget();
    },
  };
};

const shown = async ({ json }: Awaited<ReturnType<typeof openPlatform>>) => ({
  jobs: await json('/v1/jobs'),
  webhooks: await json('/webhooks'),
  analytics: (await json('/v1/jobs/analytics')).buckets,
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('brings a platform back from the backup of one that ran', async () => {
  const first = await openPlatform('first');
  const form = new FormData();
  form.set('file', new Blob([bytes]), 'notes.bin');
  const uploaded = (await (await first.ask('/v1/files', { method: 'POST', body: form })).json()) as { file_id: string };
  // No pool runs this, so that nothing is fetched and nobody called.
  const body = { input_url: uploaded.file_id, output_format: 'mp4', webhook_url: 'https://example.com/a?token=x' };
  for (let i = 0; i < 3; i++) expect((await first.post('/v1/transcode', body)).status).toBe(202);
  expect(
    (await first.post('/webhooks/subscribe', { url: 'https://example.com/hook', events: ['job.completed'] })).status,
  ).toBe(201);
  expect(await ffapi('first', 'backup', backup)).toMatchObject({ code: 0 });
  expect(await ffapi('first', 'backup', backup)).toMatchObject({ code: 0, data: { blobs: 1, secrets: 4 } });
  const before = await shown(first);
  await first.stop();

  expect(await ffapi('second', 'restore', backup)).toMatchObject({ code: 0 });
  expect(await ffapi('second', 'verify')).toMatchObject({ code: 0 });
  expect(await ffapi('second', 'projections', 'rebuild')).toMatchObject({ code: 0 });
  expect(await ffapi('second', 'projections', 'rebuild', '--verify')).toMatchObject({ code: 0 });
  const second = await openPlatform('second');
  expect(second.adminKey).toBe(first.adminKey);
  expect((await shown(second)).webhooks).toEqual(before.webhooks);
  expect((await shown(second)).analytics).toEqual(before.analytics);
  const ids = ({ jobs }: typeof before) => (jobs.data as { job_id: string }[]).map(({ job_id: jobId }) => jobId);
  expect(ids(await shown(second))).toEqual(ids(before));
  const file = await second.json(`/v1/files/${uploaded.file_id}`);
  const downloaded = await fetch(String(file.download_url));
  expect(Buffer.from(await downloaded.arrayBuffer())).toEqual(bytes);
  await second.stop();
  expect(await ffapi('second', 'restore', backup)).toMatchObject({
    code: 1,
    output: expect.stringContaining('holds events already'),
  });
});

it('refuses a backup that was changed, cut or never finished', async () => {
  const [events, manifest] = [join(backup, 'events.jsonl'), join(backup, 'manifest.json')];
  const whole = readFileSync(events, 'utf8');
  writeFileSync(events, whole.replace('"example.com', '"exbmple.com').replace('example.com/a', 'exbmple.com/a'));
  expect(await ffapi('third', 'restore', backup)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/not what was/),
  });
  writeFileSync(events, `${whole.split('\n').slice(0, -2).join('\n')}\n`);
  expect(await ffapi('fourth', 'restore', backup)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/ of \d+ commits/),
  });
  writeFileSync(events, whole);
  const [folder] = readdirSync(join(backup, 'files', 'blobs'), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile(),
  );
  const blob = join(folder!.parentPath, folder!.name);
  const content = readFileSync(blob);
  rmSync(blob);
  writeFileSync(blob, 'something else');
  expect(await ffapi('fifth', 'restore', backup)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/is not what was copied/),
  });
  rmSync(blob);
  writeFileSync(blob, content);
  rmSync(manifest);
  expect(await ffapi('sixth', 'restore', backup)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/no whole backup/),
  });
});
