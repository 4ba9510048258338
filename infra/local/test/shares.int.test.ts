import { silence } from '@ffapi/testkit';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SharedFile, ShareResource } from '@ffapi/contracts';
import { callAs, createKey } from './keys-client.ts';
import { call, clip, eventually, expectProblem, upload, url } from './testbed.ts';

const film = async (name = 'clip.mp4'): Promise<string> =>
  (await upload(name, readFileSync(clip))).body.file_id as string;

const share = async (file: string, body: Record<string, unknown> = {}): Promise<ShareResource> => {
  const answer = await call<ShareResource>('POST', `/files/${file}/share`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};

/** As somebody who has nothing but the link. */
const visit = (path: string, init: RequestInit = {}): Promise<Response> => fetch(new URL(path, url), init);
const facts = async (id: string): Promise<SharedFile> => (await (await visit(`/s/${id}`)).json()) as SharedFile;
const page = { headers: { accept: 'text/html,application/xhtml+xml' } };

describe('a share', () => {
  it('is made as the roadmap asks for it, by name', async () => {
    await film('output.mp4');
    const shared = await share('output.mp4', { expires_in: 86_400, max_downloads: 5, password: 'optional-password' });
    expect(shared).toMatchObject({ max_downloads: 5, downloads: 0, has_password: true, status: 'active' });
    expect(shared.url).toBe(`${url}/s/${shared.share_id}`);
    const inADayMs = Date.now() + 86_400_000;
    expect(Math.abs(Date.parse(shared.expires_at ?? '') - inADayMs)).toBeLessThan(60_000);
  });

  it('gives the file to whoever has the link, with its name, in ranges', async () => {
    const { share_id } = await share(await film('Räuber.mp4'));
    const { file_url } = await facts(share_id);
    const whole = await visit(file_url ?? '');
    expect(Buffer.from(await whole.arrayBuffer()).equals(readFileSync(clip))).toBe(true);
    expect(whole.headers.get('content-disposition')).toMatch(/^attachment; .*filename\*=UTF-8''R%C3%A4uber\.mp4$/);
    const part = await visit(`${file_url}?inline=true`, { headers: { range: 'bytes=10-19' } });
    expect([part.status, part.headers.get('content-disposition')?.split(';')[0]]).toEqual([206, 'inline']);
    expect(Buffer.from(await part.arrayBuffer()).equals(readFileSync(clip).subarray(10, 20))).toBe(true);
  });

  it('is fetched as often as it may be and no more, however many come at once', async () => {
    const { share_id } = await share(await film(), { max_downloads: 5 });
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const answer = await visit(`/s/${share_id}/file`);
        await answer.arrayBuffer();
        return answer.status;
      }),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(statuses.filter((status) => status === 404)).toHaveLength(95);
    expect((await visit(`/s/${share_id}/file`, { headers: { range: 'bytes=1-' } })).status).toBe(404);
    expect((await visit(`/s/${share_id}`)).status).toBe(404);
    const { body } = await call<{ data: ShareResource[] }>('GET', '/v1/shares?limit=200');
    expect(body.data.find((one) => one.share_id === share_id)).toMatchObject({ downloads: 5, status: 'used_up' });
  });

  it('lets a download that was counted go on, and counts a look at its head not', async () => {
    const { share_id } = await share(await film(), { max_downloads: 1 });
    const head = await visit(`/s/${share_id}/file`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(readFileSync(clip).length));
    const first = await visit(`/s/${share_id}/file`);
    await first.arrayBuffer();
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    const rest = await visit(`/s/${share_id}/file`, { headers: { cookie, range: 'bytes=100-' } });
    expect(rest.status).toBe(206);
    expect(Buffer.from(await rest.arrayBuffer()).equals(readFileSync(clip).subarray(100))).toBe(true);
    expect((await visit(`/s/${share_id}/file`, { headers: { cookie } })).status).toBe(404);
    expect((await visit(`/s/${share_id}/file`, { headers: { range: 'bytes=100-' } })).status).toBe(404);
  });

  it('counts an unlimited one, too', async () => {
    const { share_id, file_id } = await share(await film());
    for (let n = 0; n < 3; n++) await (await visit(`/s/${share_id}/file`)).arrayBuffer();
    const counted = await eventually(async () => {
      const { body } = await call<{ data: ShareResource[] }>('GET', `/v1/shares?file_id=${file_id}`);
      return body.data[0]?.downloads ?? 0;
    });
    expect(counted).toBe(3);
  });

  it('tells nothing before the password, and everything behind it', async () => {
    const { share_id } = await share(await film('secret.mp4'), { password: 'open, sesame', title: 'For <b>you</b>' });
    const closed = await facts(share_id);
    expect(closed).toMatchObject({ needs_password: true, name: null, file_url: null, thumbnail_url: null });
    expect((await visit(`/s/${share_id}/file`)).status).toBe(403);
    expect((await visit(`/s/${share_id}/thumbnail.jpg`)).status).toBe(403);
    const text = await (await visit(`/s/${share_id}`, page)).text();
    expect(text).toContain('For &lt;b&gt;you&lt;/b&gt;');
    expect(text).toContain('type="password"');
    expect(text).not.toContain('secret.mp4');
    expect(text).not.toContain('<script');
    const wrong = await call('POST', `/s/${share_id}`, { password: 'open, barley' }, { 'x-api-key': '' });
    expectProblem(wrong, 403, 'share_password_wrong');
    const right = await visit(`/s/${share_id}`, {
      method: 'POST',
      body: new URLSearchParams({ password: 'open, sesame' }),
      headers: { accept: 'text/html' },
    });
    const shown = await right.text();
    expect(shown).toContain('secret.mp4');
    const link = /href="([^"]+)" download/.exec(shown)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const file = await visit(link);
    expect(file.status).toBe(200);
    expect(Buffer.from(await file.arrayBuffer()).equals(readFileSync(clip))).toBe(true);
    const { share_id: other } = await share(await film(), { password: 'another' });
    expect((await visit(link.replace(share_id, other))).status).toBe(403);
  });

  it('takes five wrong passwords from one address, and no right one after them', async () => {
    const { share_id } = await share(await film(), { password: 'right' });
    const attempt = async (password: string): Promise<number> =>
      (
        await visit(`/s/${share_id}`, {
          method: 'POST',
          body: JSON.stringify({ password }),
          headers: { 'content-type': 'application/json' },
        })
      ).status;
    for (let n = 0; n < 5; n++) expect(await attempt(`wrong ${n}`)).toBe(403);
    expect(await attempt('right')).toBe(429);
  });

  it('ends with its time, when it is taken back, and with its file', async () => {
    const gone = async (id: string): Promise<void> => {
      expectProblem(await call('GET', `/s/${id}`, undefined, { 'x-api-key': '' }), 404, 'share_not_found');
      expect((await visit(`/s/${id}/file`)).status).toBe(404);
      expect(await (await visit(`/s/${id}`, page)).text()).toContain('leads nowhere');
    };
    const short = await share(await film(), { expires_in: 1 });
    await eventually(async () => (await visit(`/s/${short.share_id}`)).status === 404);
    await gone(short.share_id);
    const back = await share(await film());
    expect((await call('DELETE', `/s/${back.share_id}`)).status).toBe(204);
    await gone(back.share_id);
    expect((await call('DELETE', `/s/${back.share_id}`)).status).toBe(404);
    const file = await film();
    const orphan = await share(file);
    expect((await call('DELETE', `/v1/files/${file}`)).status).toBe(204);
    await gone(orphan.share_id);
    await gone('share_00000000');
  });

  it('belongs to one tenant', async () => {
    const { share_id } = await share(await film());
    const stranger = (await createKey({ role: 'developer' })).api_key;
    expectProblem(await callAs(stranger, 'DELETE', `/s/${share_id}`), 404, 'share_not_found');
    expect((await callAs<{ data: ShareResource[] }>(stranger, 'GET', '/v1/shares')).body.data).toEqual([]);
    expect((await visit(`/s/${share_id}`)).status).toBe(200);
  });

  it('is made once for one Idempotency-Key, and refuses what it cannot be', async () => {
    const file = await film();
    const again = { 'idempotency-key': 'share-once' };
    const [one, two] = [
      await call<ShareResource>('POST', `/files/${file}/share`, { title: 'x' }, again),
      await call<ShareResource>('POST', `/files/${file}/share`, { title: 'x' }, again),
    ];
    expect(two.body.share_id).toBe(one.body.share_id);
    for (const body of [{ max_downloads: 0 }, { expires_in: 0 }, { password: '' }, { title: ' ' }, { no: 1 }])
      expectProblem(await call('POST', `/files/${file}/share`, body), 400, 'invalid_request');
    expectProblem(await call('POST', '/files/nowhere.mp4/share', {}), 404, 'file_not_found');
  });

  it('shows sound with a player, and other files with a download alone', async () => {
    const sound = (await upload('quiet.wav', silence(20_000))).body.file_id as string;
    const cues = (await upload('cues.srt', '1\n00:00:00,000 --> 00:00:01,000\nHello\n')).body.file_id as string;
    const pageOf = async (file: string): Promise<string> =>
      (await visit(`/s/${(await share(file)).share_id}`, page)).text();
    expect(await pageOf(sound)).toContain('<audio');
    expect(await pageOf(cues)).not.toMatch(/<(audio|video)/);
  });
});
