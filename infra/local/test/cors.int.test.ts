import type { FileResource } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { call, fileId, url } from './testbed.ts';

const elsewhere = 'https://app.example.com';
const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(url + path, { method, headers: { origin: elsewhere, ...headers } });
  await answer.arrayBuffer();
  return { status: answer.status, header: (name: string) => answer.headers.get(name) };
};
const preflight = (path: string, method: string, headers: string) =>
  ask('OPTIONS', path, { 'access-control-request-method': method, 'access-control-request-headers': headers });
const signedPath = async (): Promise<string> =>
  new URL((await call<FileResource>('GET', `/v1/files/${fileId}`)).body.download_url).pathname;

describe('a signed link', () => {
  it('is for pages everywhere, parts of it included', async () => {
    const path = await signedPath();
    const before = await preflight(path, 'GET', 'range, if-range');
    expect(before.status).toBe(204);
    expect(before.header('access-control-allow-origin')).toBe('*');
    expect(before.header('access-control-allow-methods')).toContain('GET');
    for (const name of ['range', 'if-range', 'if-none-match'])
      expect(before.header('access-control-allow-headers')).toContain(name);
    const part = await ask('GET', path, { range: 'bytes=0-9' });
    expect(part).toMatchObject({ status: 206 });
    expect(part.header('access-control-allow-origin')).toBe('*');
    expect(part.header('access-control-expose-headers')).toContain('content-range');
    expect(part.header('cross-origin-resource-policy')).toBe('cross-origin');
    expect((await ask('HEAD', path)).header('access-control-allow-origin')).toBe('*');
  });

  it('says so also when it does not work any more', async () => {
    const gone = await ask('GET', (await signedPath()).replace(/~\d+/, '~1'));
    expect([gone.status, gone.header('access-control-allow-origin')]).toEqual([404, '*']);
  });
});

describe('OPTIONS', () => {
  it.each([
    ['/v1/jobs', 'GET, HEAD, OPTIONS'],
    ['/v1/jobs/job_0000', 'GET, HEAD, OPTIONS'],
    ['/v1/transcode', 'POST, OPTIONS'],
    ['/admin/api-keys/key_0000', 'GET, PATCH, DELETE, HEAD, OPTIONS'],
    ['/v1/presets', 'GET, POST, HEAD, OPTIONS'],
  ])('names what %s takes, and lets no page in where none is named', async (path, allow) => {
    const { status, header } = await preflight(path, 'POST', 'x-api-key');
    expect([status, header('allow')]).toEqual([204, allow]);
    for (const name of ['origin', 'methods', 'headers', 'credentials'])
      expect(header(`access-control-allow-${name}`)).toBeNull();
  });

  it('finds nothing where nothing is', async () => {
    expect((await preflight('/v1/nothing', 'GET', '')).status).toBe(404);
  });
});
