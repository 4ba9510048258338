import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { call, clip, upload } from './testbed.ts';

let link: string;
let etag: string;
beforeAll(async () => {
  link = (await upload('clip.mp4', readFileSync(clip))).body.download_url as string;
  const { headers, body } = await fetch(link);
  await body?.cancel();
  etag = headers.get('etag') ?? '';
});

const statusOf = async (headers: Record<string, string>, method = 'GET'): Promise<number> => {
  const { status, body } = await fetch(link, { method, headers });
  await body?.cancel();
  return status;
};

describe('a download on conditions', () => {
  it.each(['W/{}', '*', '"other", {}', '"other" , W/{}, "third"'])(
    'has not changed: If-None-Match %s',
    async (text) => {
      const sent = { 'if-none-match': text.replace('{}', etag) };
      expect([await statusOf(sent), await statusOf(sent, 'HEAD')]).toEqual([304, 304]);
    },
  );

  it.each(['"other"', 'W/"other"', 'other', '"other'])('is another one: If-None-Match %s', async (text) => {
    expect(await statusOf({ 'if-none-match': text })).toBe(200);
  });

  it('is given when it is the one that is meant, and else refused', async () => {
    for (const text of [etag, '*', `"other", ${etag}`]) expect(await statusOf({ 'if-match': text })).toBe(200);
    for (const text of ['"other"', `W/${etag}`, 'other']) expect(await statusOf({ 'if-match': text })).toBe(412);
    expect((await call('GET', new URL(link).pathname, undefined, { 'if-match': '"other"' })).body).toMatchObject({
      code: 'precondition_failed',
    });
  });

  it('gives a part of the one that is meant, and all of another', async () => {
    const part = { range: 'bytes=0-9' };
    expect(await statusOf({ ...part, 'if-range': etag })).toBe(206);
    for (const text of [`W/${etag}`, '"other"', 'Mon, 30 Nov 2026 00:00:00 GMT'])
      expect(await statusOf({ ...part, 'if-range': text })).toBe(200);
    expect(await statusOf({ ...part, 'if-none-match': '*' })).toBe(304);
    expect(await statusOf(part, 'HEAD')).toBe(200);
  });

  it('knows no date, and so no condition on one', async () => {
    const date = 'Mon, 30 Nov 2099 00:00:00 GMT';
    expect(await statusOf({ 'if-modified-since': date })).toBe(200);
    expect(await statusOf({ 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' })).toBe(200);
  });
});

describe('a signed link', () => {
  it.each([
    ['with zeros in front of its expiry', (text: string) => text.replace('/~', '/~0')],
    ['with many zeros', (text: string) => text.replace('/~', '/~00')],
    ['with its expiry twice', (text: string) => text.replace(/\/~(\d+)\./, '/~$1.$1.')],
    ['with its expiry written on', (text: string) => text.replace(/\/~(\d+)\./, '/~$1$1.')],
    ['with another mark', (text: string) => text.replace('/~', '/~~')],
    ['with a sign', (text: string) => text.replace('/~', '/~+')],
  ])('%s is none', async (_what, change) => {
    const { status, body } = await fetch(change(link));
    await body?.cancel();
    expect([401, 404]).toContain(status);
  });
});

describe('a name', () => {
  it.each(['file:x.mp4', 'file_x.mp4', 'file_abcdefgh.mp4', 'CON.mp4', '~1.mp4', 'a?b.mp4', 'e\u0301.mp4', '..a.mp4'])(
    '%s finds its file at once, as it was sent and as it is shown',
    async (sent) => {
      const { body } = await upload(sent, readFileSync(clip));
      for (const name of [sent, String(body.name)]) {
        const found = await call('GET', `/files/${encodeURIComponent(name)}`);
        expect([name, found.status, found.headers.get('content-type')]).toEqual([name, 200, 'video/mp4']);
      }
    },
  );
});

describe('a list', () => {
  it.each(['/v1/jobs', '/v1/jobs/export'])('%s takes names of its own alone', async (path) => {
    for (const query of ['status=completed,foo', 'status=foo', 'status=', 'status=completed,', 'type=transcode,foo']) {
      const { status, body } = await call('GET', `${path}?${query}`);
      expect([query, status, body.code]).toEqual([query, 400, 'invalid_request']);
    }
    const { body } = await call<{ errors: { pointer: string; message: string }[] }>('GET', `${path}?status=foo`);
    expect(body.errors[0]?.message).toContain('queued');
    expect((await call('GET', `${path}?status=completed,failed&type=transcode,probe`)).status).toBe(200);
  });
});
