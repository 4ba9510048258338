import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '@ffapi/config';
import { roles } from '@ffapi/contracts';
import { startPlatform } from '../src/platform.ts';
import { callAs, createKey } from './keys-client.ts';
import { Browser, createUser, isStored, password } from './sessions-client.ts';
import { apiKey, call, clip, dir, eventually, expectProblem, platform, remux, url } from './testbed.ts';

interface SessionBody {
  readonly user: { readonly id: string; readonly name: string; readonly role: string; readonly two_factor: boolean };
  readonly scopes: readonly string[];
  readonly csrf_token: string;
  readonly expires_at: string;
}

let browser: Browser;
let person: { id: string; name: string };
beforeEach(async () => {
  browser = new Browser();
  person = await createUser();
});

describe('a login', () => {
  it('gives a cookie that scripts cannot read and tells who and what', async () => {
    const { status, body, headers } = await browser.logIn<SessionBody>(person.name.toUpperCase());
    expect(status).toBe(200);
    expect(browser.setCookie).toMatch(/^ffapi_session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body.user).toMatchObject({ id: person.id, role: 'developer', two_factor: false });
    expect(body.scopes).toEqual(roles.developer);
    expect(Date.parse(body.expires_at) - Date.now()).toBeGreaterThan(11 * 3600_000);
    const { body: told } = await browser.ask<SessionBody>('GET', '/session');
    expect(told).toEqual(body);
  });

  it('begins a new session each time, and ends the one it came with', async () => {
    const planted = 'a'.repeat(43);
    browser.cookie = `ffapi_session=${planted}`;
    await browser.logIn(person.name);
    const first = browser.cookie;
    expect(first).not.toContain(planted);
    await browser.logIn(person.name);
    expect(browser.cookie).not.toBe(first);
    browser.cookie = first;
    expectProblem(await browser.ask('GET', '/session'), 401, 'session_ended');
  });

  it('says the same of a wrong name and a wrong password', async () => {
    const answers = [
      await browser.logIn(person.name, { password: 'wrong, but long enough' }),
      await browser.logIn(`${person.name}-nobody`),
    ];
    const [one, other] = answers.map((answer) => {
      const { request_id: _, ...rest } = expectProblem(answer, 401, 'login_failed');
      return rest;
    });
    expect(one).toEqual(other);
    expect(browser.cookie).toBe('');
  });

  it('is bound to https where that is how the browser came', async () => {
    const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'media.example.com' };
    const origin = 'https://media.example.com';
    const credentials = { username: person.name, password };
    expect((await browser.ask('POST', '/login', credentials, { ...proxied, origin })).status).toBe(200);
    expect(browser.setCookie).toMatch(/^__Host-ffapi_session=\S+; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    expect((await browser.ask('GET', '/session', undefined, proxied)).status).toBe(200);
    const renamed = browser.cookie.replace('__Host-', '');
    const answer = await browser.ask('GET', '/session', undefined, { ...proxied, cookie: renamed });
    expectProblem(answer, 401, 'api_key_required');
    expect((await browser.ask('POST', '/logout', undefined, { ...proxied, origin: url })).status).toBe(403);
    expect((await browser.ask('POST', '/logout', undefined, { ...proxied, origin })).status).toBe(204);
  });

  it('is for this machine only where there is no https', async () => {
    const { port } = new URL(url);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { host: `media.example.com:${port}`, 'content-type': 'application/json' };
      request({ port, host: '127.0.0.1', method: 'POST', path: '/login', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end(JSON.stringify({ username: person.name, password }));
    });
    expect(status).toBe(403);
  });

  it.each([
    [{ origin: 'https://elsewhere.example' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ])('is refused from another page: %j', async (headers) => {
    expectProblem(
      await browser.ask('POST', '/login', { username: person.name, password }, headers),
      403,
      'csrf_refused',
    );
  });

  it('ends with a logout, for good', async () => {
    await browser.logIn(person.name);
    const { cookie, csrfToken } = browser;
    const { status, headers } = await browser.ask('POST', '/logout');
    expect(status).toBe(204);
    expect(headers.get('set-cookie')).toContain('Max-Age=0');
    Object.assign(browser, { cookie, csrfToken });
    expectProblem(await browser.ask('GET', '/v1/jobs'), 401, 'session_ended');
  });

  it('holds in every replica', async () => {
    const replica = await startPlatform(
      loadConfig({
        FFAPI_DATA_DIR: join(dir, 'replica'),
        PORT: '0',
        ADMIN_API_KEY: apiKey,
        LOG_LEVEL: 'silent',
        SECRETS_KEY: readFileSync(join(dir, 'data', 'secrets.key'), 'utf8').trim(),
        NATS_URL: platform.natsUrl,
        SERVICES: 'gateway',
        EVENT_STORE_DURABILITY: 'trusted',
      }),
    );
    try {
      await browser.logIn(person.name);
      const there = Object.assign(new Browser(replica.gateway?.url), {
        cookie: browser.cookie,
        csrfToken: browser.csrfToken,
      });
      const told = await there.ask<SessionBody>('GET', '/session');
      expect(told.body.user.id).toBe(person.id);
      expect((await there.ask('POST', '/logout')).status).toBe(204);
      expectProblem(await browser.ask('GET', '/session'), 401, 'session_ended');
    } finally {
      await replica.stop();
    }
  });

  it('is told to be there or not by nothing that a key has', async () => {
    const { api_key: key } = await createKey({ role: 'viewer' });
    const { body } = await callAs<SessionBody>(key, 'GET', '/session');
    expect(body).toMatchObject({ user: null, csrf_token: null, scopes: roles.viewer });
    expectProblem(await callAs(key, 'POST', '/settings/two-factor', { action: 'begin' }), 403, 'session_required');
  });
});

describe('what a person may', () => {
  it('is what their role may, of what is theirs', async () => {
    await browser.logIn(person.name);
    expect((await browser.ask('GET', '/v1/jobs')).status).toBe(200);
    expectProblem(await browser.ask('GET', '/admin/api-keys'), 403, 'forbidden');
    expectProblem(await browser.ask('GET', '/admin/users'), 403, 'forbidden');
    const { body: file } = await call<{ data: { id: string }[] }>('GET', '/v1/files');
    expect(file.data.length).toBeGreaterThan(0);
    const { body } = await browser.ask<{ data: unknown[] }>('GET', '/v1/files');
    expect(body.data).toEqual([]);
  });

  it('includes work, which is theirs', async () => {
    await browser.logIn(person.name);
    const form = new FormData();
    form.append('file', new Blob([readFileSync(clip)]), 'own.mp4');
    const headers = { cookie: browser.cookie, origin: url, 'x-csrf-token': browser.csrfToken };
    const response = await fetch(`${url}/v1/files`, { method: 'POST', headers, body: form });
    expect(response.status).toBe(201);
    const { file_id: input } = (await response.json()) as { file_id: string };
    const { body } = await browser.ask('POST', '/v1/transcode', remux({ input_url: input }), { prefer: 'wait=60' });
    expect(body).toMatchObject({ status: 'completed', api_key_id: person.id });
  });

  it('is all there is, for an admin', async () => {
    const admin = await createUser('admin');
    await browser.logIn(admin.name);
    expect((await browser.ask<{ data: unknown[] }>('GET', '/v1/files')).body.data.length).toBeGreaterThan(0);
    const { status, body } = await browser.ask('POST', '/admin/api-keys', { name: 'made by a person' });
    expect(status).toBe(201);
    expect(body.created_by).toBe(admin.id);
  });

  it('is given by nobody who may not do it themselves', async () => {
    const { api_key: key } = await createKey({ role: 'viewer', permissions: ['keys:manage'] });
    const user = { name: 'raised', password, role: 'admin' };
    expectProblem(await callAs(key, 'POST', '/admin/users', user), 403, 'forbidden');
  });

  it('ends at once when they are deleted or change their password elsewhere', async () => {
    const other = new Browser();
    await browser.logIn(person.name);
    await other.logIn(person.name);
    const change = { current_password: password, password: 'another one, long enough' };
    expect((await browser.ask('POST', '/settings/credentials', change)).status).toBe(200);
    expect((await browser.ask('GET', '/session')).status).toBe(200);
    expectProblem(await other.ask('GET', '/session'), 401, 'session_ended');
    expectProblem(await other.logIn(person.name), 401, 'login_failed');
    expect((await call('DELETE', `/admin/users/${person.id}`)).status).toBe(204);
    expectProblem(await browser.ask('GET', '/session'), 401, 'session_ended');
  });

  it('counts for a key that is sent besides, not for the cookie', async () => {
    await browser.logIn(person.name);
    const { api_key: viewer } = await createKey({ role: 'viewer' });
    expectProblem(await browser.ask('POST', '/v1/transcode', {}, { 'x-api-key': viewer }), 403, 'forbidden');
    expectProblem(await browser.ask('GET', '/v1/jobs', undefined, { 'x-api-key': 'wrong' }), 401, 'api_key_invalid');
  });
});

describe('tries to log in', () => {
  it('are five in a quarter of an hour for a name, whatever was wrong, and then no password is looked at', async () => {
    const wrong = { password: 'wrong and wrong again' };
    const statuses = [];
    for (let n = 0; n < 6; n++) statuses.push((await new Browser().logIn(person.name, wrong)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const refused = await browser.logIn(person.name);
    expectProblem(refused, 429, 'rate_limited');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(900);
    expect((await browser.logIn((await createUser()).name)).status).toBe(200);
  });

  it('are five for an address, whatever the names; all at once as well', async () => {
    const tries = Array.from({ length: 20 }, (_, n) => browser.logIn(`nobody-${n}`));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(15);
    expect((await browser.logIn(person.name)).status).toBe(429);
    expect((await new Browser().logIn(person.name)).status).toBe(200);
  });

  it('are answered evenly, whoever there is', async () => {
    const user = await createUser();
    for (const username of [user.name, `${user.name}-of-nobody`]) {
      const startMs = performance.now();
      expect((await new Browser().ask('POST', '/login', { username, password: 'wrong wrong wrong' })).status).toBe(401);
      expect(performance.now() - startMs).toBeGreaterThanOrEqual(250);
    }
  });

  it('are not used up by those that succeed', async () => {
    for (let n = 0; n < 8; n++) expect((await browser.logIn(person.name)).status).toBe(200);
  });
});

describe('what is answered', () => {
  it.each(['/documentation', '/documentation/errors'])('is a page in no frame: %s', async (path) => {
    const { headers } = await fetch(url + path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*(unsafe|\*|http)/);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('or does nothing when it is shown as one', async () => {
    const { headers } = await fetch(`${url}/health`);
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
  });
});

it('keeps no token of a session, and no password, where events are', async () => {
  await browser.logIn(person.name);
  const token = browser.cookie.split('=')[1] ?? '';
  await eventually(async () => isStored(createHash('sha256').update(token).digest('hex')));
  expect(isStored(person.id)).toBe(true);
  expect(isStored(token)).toBe(false);
  expect(isStored(password)).toBe(false);
});
