import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import type { FileResource, JobResource } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { createKey, callAs } from './keys-client.ts';
import { apiKey, call, clip, done, eventually, expectProblem, remux, upload, url } from './testbed.ts';

const fileOf = async (id: string): Promise<FileResource> => (await call<FileResource>('GET', `/v1/files/${id}`)).body;
const looked = (id: string): Promise<FileResource> =>
  eventually(async () => {
    const file = await fileOf(id);
    return file.media_status === 'pending' ? null : file;
  }) as Promise<FileResource>;
const uploaded = async (name: string, bytes: Buffer | string): Promise<FileResource> => {
  const { status, body } = await upload(name, bytes);
  expect(status).toBe(201);
  return body as unknown as FileResource;
};
const listed = async (id: string): Promise<FileResource | undefined> => {
  const { body } = await call<{ data: FileResource[] }>('GET', '/v1/files?limit=200');
  return body.data.find(({ file_id }) => file_id === id);
};

/** Links are signed anew with every answer. */
const withoutLinks = <T extends object>(file: T | undefined) =>
  file && { ...file, download_url: '', download_url_expires_at: '', thumbnail_url: '' };

/** As its job made it: what people say of it later is told with the file. */
const asMade = (file: FileResource | undefined) => {
  if (!file) return file;
  const { tags: _, metadata: __, ...made } = file;
  return made;
};

const hourMs = 3_600_000;

describe('a file', () => {
  it('is the same in every answer', async () => {
    const { file_id: id, ...sent } = await uploaded('view.mp4', readFileSync(clip));
    const one = await looked(id);
    expect(Object.keys({ file_id: id, ...sent })).toEqual(Object.keys(one));
    await eventually(async () => (await listed(id))?.media_status === 'ready');
    expect(withoutLinks(await listed(id))).toEqual(withoutLinks(one));
    const { media: _, media_status: __, ...facts } = withoutLinks(sent as FileResource) as FileResource;
    expect(withoutLinks(one)).toMatchObject({ ...facts, file_id: id });
    expect(one.thumbnail_url).toContain(id);
    expect(one).toMatchObject({ job_id: null, origin: { kind: 'upload', job_id: null }, created_by: 'key_admin' });
    expect(Date.parse(one.expires_at ?? '') - Date.parse(one.created_at)).toBe(168 * hourMs);
  });

  it('that a job made is the same in the job, by itself and in the list', async () => {
    const job = await done('/v1/transcode', remux({ output_name: 'made.mkv' }));
    const [output] = job.outputs;
    const id = output?.file_id ?? '';
    const one = await fileOf(id);
    expect(withoutLinks(output)).toEqual(withoutLinks(asMade(one)));
    await eventually(async () => (await listed(id)) !== undefined);
    expect(withoutLinks(await listed(id))).toEqual(withoutLinks(one));
    expect(one).toMatchObject({
      name: 'made.mkv',
      media_status: 'ready',
      media: { width: 320, height: 180 },
      job_id: job.job_id,
      origin: { kind: 'job', job_id: job.job_id },
    });
    const { body: later } = await call<JobResource>('GET', `/v1/jobs/${job.job_id}`);
    expect(withoutLinks(later.outputs[0])).toEqual(withoutLinks(asMade(one)));
  });

  it('says when its link ends, which is when it does', async () => {
    const { file_id: id } = await uploaded('link.mp4', readFileSync(clip));
    const { download_url: link, download_url_expires_at: end } = await fileOf(id);
    const signed = Number(/~(\d+)\./.exec(link)?.[1]);
    expect(new Date(signed * 1000).toISOString()).toBe(end);
    expect(Math.abs(Date.parse(end) - Date.now() - hourMs)).toBeLessThan(60_000);
    expect((await fetch(link)).status).toBe(200);
  });
});

describe('an upload', () => {
  it('is looked at within seconds', async () => {
    const sent = await uploaded('soon.mp4', readFileSync(clip));
    expect(sent).toMatchObject({ media_status: 'pending', media: null });
    const startMs = performance.now();
    const file = await looked(sent.file_id);
    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(file).toMatchObject({
      media_status: 'ready',
      media: { width: 320, height: 180, video_codec: 'h264', audio_codec: 'aac' },
    });
    expect(file.media?.duration_seconds).toBeCloseTo(2, 0);
  });

  it('can be worked on before that', async () => {
    const { file_id: id } = await uploaded('at-once.mp4', readFileSync(clip));
    expect((await done('/v1/transcode', remux({ input_url: id }))).status).toBe('completed');
  });

  const pdf = `%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n`;
  it.each([
    ['text', 'this is a text and no film'.repeat(100), 'media_type_refused'],
    ['a PDF', pdf, 'media_type_refused'],
    ['a playlist', '#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/a.ts\n', 'media_type_refused'],
    ['the beginning of a film', readFileSync, 'media_truncated'],
  ])('that is %s is no media, and refused where media is needed', async (_, given, code) => {
    const bytes = typeof given === 'string' ? given : readFileSync(clip).subarray(0, 1_000);
    const { file_id: id } = await uploaded('bad.mp4', bytes);
    expect(await looked(id)).toMatchObject({ media_status: 'none', media: null });
    const transcode = expectProblem(await call('POST', '/v1/transcode', remux({ input_url: id })), 422, code);
    expect(transcode.errors?.[0]?.pointer).toBe('/input_url');
    const concat = await call('POST', '/v1/video/concat', { clips: [id, id] });
    expect(expectProblem(concat, 422, code).errors?.[0]?.pointer).toBe('/clips/0');
    expect((await call('GET', `/files/${id}/bad.mp4`)).status).toBe(200);
  });

  it('that is a subtitle is no media, and taken where text is needed', async () => {
    const { file_id: id } = await uploaded('a.srt', '1\n00:00:00,000 --> 00:00:01,000\nHello\n');
    expect(await looked(id)).toMatchObject({ media_status: 'none' });
    expect((await done('/v1/subtitles/convert', { subtitle_url: id, format: 'vtt' })).status).toBe('completed');
  });

  it('is not mistaken for a deleted one when it was looked at', async () => {
    const { file_id: id } = await uploaded('stays.mp4', readFileSync(clip));
    await looked(id);
    expect((await call('GET', `/files/${id}`)).status).toBe(200);
    expect((await call('DELETE', `/files/${id}`)).status).toBe(204);
    expectProblem(await call('GET', `/v1/files/${id}`), 404, 'file_not_found');
    expect(await listed(id)).toBeUndefined();
  });
});

describe('HEAD', () => {
  const both = async (path: string, headers: Record<string, string> = {}) => {
    const { hostname, port } = new URL(url);
    const ask = async (method: string) => {
      const asked = request({ hostname, port, path, method, headers: { 'x-api-key': apiKey, ...headers } }).end();
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      const body = Buffer.concat(await answer.toArray());
      const { 'content-length': length, 'content-type': type, etag, 'accept-ranges': ranges } = answer.headers;
      return { status: answer.statusCode, length, type, etag, ranges, bytes: body.length };
    };
    return { get: await ask('GET'), head: await ask('HEAD') };
  };

  it.each([
    ['a file', (file: FileResource) => file.url],
    ['a signed link', (file: FileResource) => new URL(file.download_url).pathname],
    ['what is not there', () => '/files/file_00000000/none.mp4'],
    ['the facts of a file', (file: FileResource) => `/v1/files/${file.file_id}`],
  ])('answers as GET for %s', async (_, path) => {
    const file = await looked((await uploaded('head.mp4', readFileSync(clip))).file_id);
    const { get, head } = await both(path(file));
    expect(head).toEqual({ ...get, bytes: 0 });
    expect(Number(head.length)).toBe(get.bytes);
    expect(get.bytes).toBeGreaterThan(0);
  });

  // RFC 9110 §14.2: ranges are defined for GET alone.
  it('answers for the whole where GET is asked for a part', async () => {
    const file = await looked((await uploaded('part.mp4', readFileSync(clip))).file_id);
    const { get, head } = await both(file.url, { range: 'bytes=10-19' });
    expect(get).toMatchObject({ status: 206, length: '10', bytes: 10 });
    const whole = await both(file.url);
    expect(head).toEqual({ ...whole.get, bytes: 0 });
  });
});

it('shows each key its own files, in full', async () => {
  const key = await createKey();
  const form = new FormData();
  form.append('file', new Blob([readFileSync(clip)]), 'mine.mp4');
  const sent = await fetch(`${url}/v1/files`, { method: 'POST', headers: { 'x-api-key': key.api_key }, body: form });
  const { file_id: id, created_by: by } = (await sent.json()) as FileResource;
  expect(by).toBe(key.id);
  const mine = await eventually(async () => {
    const { body } = await callAs<{ data: FileResource[] }>(key.api_key, 'GET', '/v1/files');
    return body.data.length === 1 ? body.data : null;
  });
  expect(mine?.[0]).toMatchObject({ file_id: id, created_by: key.id, name: 'mine.mp4' });
});
