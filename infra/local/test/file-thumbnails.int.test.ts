import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileResource } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { apiKey, call, clip, dir, done, eventually, fileId, remux, upload, url } from './testbed.ts';

const lookedAt = (id: string): Promise<FileResource> =>
  eventually(async () => {
    const { body } = await call<FileResource>('GET', `/v1/files/${id}`);
    return body.media_status === 'pending' ? null : body;
  }) as Promise<FileResource>;

const uploaded = async (name: string, bytes: Buffer): Promise<FileResource> =>
  lookedAt(String((await upload(name, bytes)).body.file_id));

const make = (name: string, ...argv: string[]): Buffer => {
  const path = join(dir, name);
  execFileSync('ffmpeg', ['-v', 'error', ...argv, path]);
  return readFileSync(path);
};

const sizeOf = async (answer: Response): Promise<string> => {
  const path = join(dir, 'fetched.jpg');
  writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
  const shown = 'stream=codec_name,width,height';
  return String(execFileSync('ffprobe', ['-v', 'error', '-show_entries', shown, '-of', 'csv=p=0', path])).trim();
};

it('a film and what is made of it have a small picture, by a link that needs no key', async () => {
  const { outputs } = await done('/v1/transcode', remux());
  for (const { thumbnail_url: link } of [await lookedAt(fileId), ...outputs]) {
    const answers = await Promise.all([fetch(String(link)), fetch(String(link))]);
    for (const { status, headers } of answers)
      expect([status, headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    const [first, second] = answers as [Response, Response];
    expect(await sizeOf(first)).toBe('mjpeg,320,180');
    const etag = first.headers.get('etag') ?? '';
    expect(second.headers.get('etag')).toBe(etag);
    const again = await fetch(String(link), { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    const head = await fetch(String(link), { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(first.headers.get('content-length'));
  }
});

it('it is shown to the owner of a file by its id, to no other key, and is gone with the file', async () => {
  const { file_id: id } = await uploaded('mine.mp4', readFileSync(clip));
  const path = `/files/${id}/-/thumbnail.jpg`;
  const { body: made } = await call('POST', '/admin/api-keys', { name: 'a stranger to files' });
  const asked = async (key: string) => (await fetch(url + path, { headers: { 'x-api-key': key } })).status;
  expect([await asked(String(made.api_key)), await asked(apiKey)]).toEqual([404, 200]);
  await call('DELETE', `/v1/files/${id}`);
  expect(await asked(apiKey)).toBe(404);
});

it('an upright film and a photo keep their shape; a file called like it is itself', async () => {
  const upright = make('upright.mp4', '-f', 'lavfi', '-i', 'testsrc2=s=180x320:d=1', '-pix_fmt', 'yuv420p');
  const photo = make('photo.png', '-f', 'lavfi', '-i', 'testsrc2=s=640x640', '-frames:v', '1');
  const named = make('thumbnail.jpg', '-f', 'lavfi', '-i', 'testsrc2=s=64x64', '-frames:v', '1');
  const sizes = ['mjpeg,320,568', 'mjpeg,320,320'];
  for (const [n, bytes] of [upright, photo].entries()) {
    const { thumbnail_url: link } = await uploaded(`shape-${n}.${n === 0 ? 'mp4' : 'png'}`, bytes);
    expect(await sizeOf(await fetch(String(link)))).toBe(sizes[n]);
  }
  const file = await uploaded('thumbnail.jpg', named);
  expect(await sizeOf(await fetch(file.download_url))).toBe('mjpeg,64,64');
});

it('sound, text and ladders have none', async () => {
  const tone = make('tone.mp3', '-f', 'lavfi', '-i', 'sine=d=1');
  const ladder = await done('/v1/transcode', { input_url: fileId, output_format: 'hls', preset: 'fast' });
  const files = [
    await uploaded('tone.mp3', tone),
    await uploaded('a.srt', Buffer.from('1\n00:00:00,000 --> 00:00:01,000\na\n')),
  ];
  for (const { thumbnail_url: link } of [...files, ...ladder.outputs]) expect(link).toBeNull();
  const asked = await fetch(`${url}/files/${files[0]?.file_id}/-/thumbnail.jpg`, { headers: { 'x-api-key': apiKey } });
  expect(asked.status).toBe(404);
});

it('a job of FFAPI 1 tells its thumbnail', async () => {
  const { outputs, job_id: id } = await done('/v1/transcode', remux());
  const { body } = await call<{ result: { thumbnail: string } }>('GET', `/jobs/${id}`);
  expect(new URL(body.result.thumbnail).pathname.split('/').at(-1)).toBe('thumbnail.jpg');
  expect(outputs).toHaveLength(1);
});

it('health tells by the names of FFAPI 1, figures with a key', async () => {
  await done('/v1/transcode', remux());
  const { body } = await call<Record<string, Record<string, unknown>>>('GET', '/health');
  expect(body).toMatchObject({ ok: true, disk: { public: { ok: true } }, ffmpeg: { available: true, error: null } });
  expect(body.ffmpeg?.version).toMatch(/^\d/);
  await eventually(async () => {
    const { operations } = (await call<Record<string, { recent_success_rate: number }>>('GET', '/health')).body;
    return operations?.recent_success_rate === 1;
  });
  const open = (await (await fetch(`${url}/health`)).json()) as Record<string, unknown>;
  expect(open).toMatchObject({ ok: true, disk: { public: { ok: true } }, gpu: { available: false } });
  expect(open).not.toHaveProperty('operations');
  expect(open.ffmpeg).toEqual({ available: true });
});
