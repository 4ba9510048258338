import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FileResource } from '@ffapi/contracts';
import { silence } from '@ffapi/testkit';
import { callAs, createKey } from './keys-client.ts';
import { call, clip, eventually, expectProblem, upload } from './testbed.ts';

type Page = { data: FileResource[]; has_more: boolean; next_cursor: string | null; page?: number; page_size?: number };

const film = async (name: string): Promise<string> => (await upload(name, readFileSync(clip))).body.file_id as string;
const tag = (body: Record<string, unknown>) => call<FileResource>('POST', '/files/tag', body);
const names = async (query: string, path = '/downloads'): Promise<string[]> =>
  (await call<Page>('GET', `${path}?${query}`)).body.data.map(({ name }) => name);

describe('tags of a file', () => {
  it('are given as the roadmap asks for it, and are in every answer', async () => {
    const id = await film('output.mp4');
    const metadata = { project: 'Campaign X', department: 'Marketing' };
    const { status, body } = await tag({
      file_path: 'output.mp4',
      tags: ['customer-123', 'marketing', 'q4-2025'],
      metadata,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ file_id: id, tags: ['customer-123', 'marketing', 'q4-2025'], metadata });
    expect((await call<FileResource>('GET', `/v1/files/${id}`)).body).toMatchObject({ tags: body.tags, metadata });
    const listed = await eventually(async () =>
      (await call<Page>('GET', '/downloads?tag=marketing&created_after=2025-01-01&format=mp4')).body.data.find(
        ({ file_id }) => file_id === id,
      ),
    );
    expect(listed).toMatchObject({ tags: body.tags, metadata });
  });

  it('are added to, removed, and each there once', async () => {
    const id = await film('again.mp4');
    await tag({ file_path: id, tags: ['one', 'two'], metadata: { keep: 1, drop: 2 } });
    const { body } = await tag({
      file_path: id,
      tags: ['two', 'three', 'three'],
      remove_tags: ['one'],
      metadata: { drop: null, 'új kulcs': ['deep', { er: true }] },
    });
    expect(body.tags).toEqual(['two', 'three']);
    expect(body.metadata).toEqual({ keep: 1, 'új kulcs': ['deep', { er: true }] });
  });

  it('are fifty at most, with 4 KiB of metadata, and whatever text they hold is text', async () => {
    const id = await film('full.mp4');
    const many = (from: number) => Array.from({ length: 30 }, (_, n) => `t${from + n}`);
    expect((await tag({ file_path: id, tags: many(0) })).status).toBe(200);
    expectProblem(await tag({ file_path: id, tags: many(30) }), 409, 'file_description_full');
    expectProblem(await tag({ file_path: id, metadata: { big: 'x'.repeat(5_000) } }), 409, 'file_description_full');
    for (const bad of [{ tags: [''] }, { tags: ['x'.repeat(65)] }, { tags: ['a\u0000b'] }, { metadata: [] }])
      expectProblem(await tag({ file_path: id, ...bad }), 400, 'invalid_request');
    const html = '<script>alert(1)</script>';
    expect((await tag({ file_path: id, tags: [html] })).body.tags).toContain(html);
    await eventually(async () => (await names(`tag=${encodeURIComponent(html)}`)).length === 1);
    expectProblem(await tag({ file_path: 'file_00000000', tags: ['x'] }), 404, 'file_not_found');
  });

  it('are of the tenant whose file it is', async () => {
    const id = await film('mine.mp4');
    await tag({ file_path: id, tags: ['private-matter'] });
    await eventually(async () => (await names('tag=private-matter')).length === 1);
    const stranger = (await createKey({ role: 'developer' })).api_key;
    expectProblem(await callAs(stranger, 'POST', '/files/tag', { file_path: id, tags: ['x'] }), 404, 'file_not_found');
    for (const path of ['/downloads?tag=private-matter', '/v1/files?tag=private-matter', '/downloads?format=mp4'])
      expect((await callAs<Page>(stranger, 'GET', path)).body.data).toEqual([]);
  });

  it('go with their file', async () => {
    const id = await film('gone.mp4');
    await tag({ file_path: id, tags: ['short-lived'] });
    await eventually(async () => (await names('tag=short-lived')).length === 1);
    await call('DELETE', `/v1/files/${id}`);
    await eventually(async () => (await names('tag=short-lived')).length === 0);
    expectProblem(await tag({ file_path: id, tags: ['x'] }), 404, 'file_not_found');
  });
});

describe('files are found', () => {
  beforeAll(async () => {
    for (const [name, tags] of [
      ['spring-a.mp4', ['season', 'spring']],
      ['spring-b.MP4', ['season', 'spring', 'final']],
      ['autumn.wav', ['season', 'autumn']],
    ] as const) {
      const bytes = name.endsWith('wav') ? silence(8_000 * 2 * 3 + 44) : readFileSync(clip);
      const { file_id } = (await upload(name, bytes)).body;
      await tag({ file_path: file_id, tags });
    }
    await eventually(async () => (await names('tag=season&codec=pcm_s16le')).length === 1);
    await eventually(async () => (await names('tag=season&codec=h264')).length === 2);
  });

  it.each([
    ['tag=season', ['autumn.wav', 'spring-b.MP4', 'spring-a.mp4']],
    ['tag=season&tag=spring', ['spring-b.MP4', 'spring-a.mp4']],
    ['tag=season&tag=spring&tag=final', ['spring-b.MP4']],
    ['tag=season&tag=none', []],
    ['tag=season&format=mp4', ['spring-b.MP4', 'spring-a.mp4']],
    ['tag=season&format=WAV', ['autumn.wav']],
    ['tag=season&codec=H264', ['spring-b.MP4', 'spring-a.mp4']],
    ['tag=season&q=A.', ['spring-a.mp4']],
    ['tag=season&min_duration=2.9&max_duration=3.1', ['autumn.wav']],
    ['tag=season&min_size=40000&max_size=50000', ['autumn.wav']],
    ['tag=season&created_before=2020-01-01', []],
    [
      'tag=season&created_after=2020-01-01&created_before=2120-01-01T00:00:00Z',
      ['autumn.wav', 'spring-b.MP4', 'spring-a.mp4'],
    ],
  ])('by %s', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
    expect(await names(query, '/v1/files')).toEqual(expected);
  });

  it('in numbered pages, and by a cursor behind any of them', async () => {
    const page = async (query: string) => (await call<Page>('GET', `/downloads?tag=season&${query}`)).body;
    const first = await page('page=1&page_size=2');
    expect(first).toMatchObject({ page: 1, page_size: 2, has_more: true });
    const second = await page('page=2&page_size=2');
    expect(second.data.map(({ name }) => name)).toEqual(['spring-a.mp4']);
    expect(second).toMatchObject({ page: 2, has_more: false, next_cursor: null });
    expect((await page(`page_size=2&cursor=${first.next_cursor}`)).data).toHaveLength(1);
    expect((await page('page=9&page_size=2')).data).toEqual([]);
    expect((await page('page=2&page_size=1&q=spring')).data.map(({ name }) => name)).toEqual(['spring-a.mp4']);
    for (const bad of ['page=0', 'page_size=201', 'format=a%20b', 'min_duration=x', 'created_after=soon'])
      expectProblem(await call('GET', `/downloads?${bad}`), 400, 'invalid_request');
  });
});
