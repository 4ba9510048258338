import { routes } from '@ffapi/contracts';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Browser, createUser } from './sessions-client.ts';
import { url } from './testbed.ts';

let browser: Browser;
let person: { id: string; name: string };
beforeEach(async () => {
  browser = new Browser();
  person = await createUser();
});

const changing = routes
  .filter(({ method, access }) => method !== 'GET' && access !== 'public')
  .map(({ method, path }) => [method, path.replaceAll(/\{[^}]+\}/g, 'job_00000000')] as const);

describe('a forged change is refused, by whatever route', () => {
  let victim: Browser;
  beforeAll(async () => {
    victim = new Browser();
    await victim.logIn((await createUser('admin')).name);
  });

  it.each(changing)('%s %s', async (method, path) => {
    const forged: Record<string, string>[] = [
      { 'x-csrf-token': '' },
      { origin: 'https://elsewhere.example' },
      { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example', 'x-csrf-token': '' },
    ];
    for (const headers of forged) {
      const { status, body } = await victim.ask(method, path, {}, headers);
      expect({ status, code: body.code }).toEqual({ status: 403, code: 'csrf_refused' });
    }
  });
});

describe('a change by cookie', () => {
  const change = (headers: Record<string, string>) =>
    browser.ask('POST', '/v1/presets', { name: 'by-cookie', fields: { crf: 20 } }, headers);
  const own = () => ({ origin: url, 'x-csrf-token': browser.csrfToken });

  it.each([
    ['token and origin', () => own(), 201],
    ['token, origin and same-origin', () => ({ ...own(), 'sec-fetch-site': 'same-origin' }), 201],
    ['no token', () => ({ origin: url, 'x-csrf-token': '' }), 403],
    ['a wrong token', () => ({ origin: url, 'x-csrf-token': 'A'.repeat(43) }), 403],
    ['another origin', () => ({ ...own(), origin: 'https://elsewhere.example' }), 403],
    ['the same host by another scheme', () => ({ ...own(), origin: url.replace('http:', 'https:') }), 403],
    ['the same host by another port', () => ({ ...own(), origin: 'http://127.0.0.1:1' }), 403],
    ['an opaque origin', () => ({ ...own(), origin: 'null' }), 403],
    ['cross-site', () => ({ ...own(), 'sec-fetch-site': 'cross-site' }), 403],
    ['same-site', () => ({ ...own(), 'sec-fetch-site': 'same-site' }), 403],
    [
      'a good site and a foreign origin',
      () => ({ ...own(), 'sec-fetch-site': 'same-origin', origin: 'http://b' }),
      403,
    ],
  ])('with %s', async (_, headers, expected) => {
    await browser.logIn(person.name);
    const { status, body } = await change(headers());
    expect(status, JSON.stringify(body)).toBe(expected);
    if (expected === 403) expect(body.code).toBe('csrf_refused');
  });

  it('needs a word of the browser, and not the token of another session', async () => {
    await browser.logIn(person.name);
    const headers = { cookie: browser.cookie, 'content-type': 'application/json', 'x-csrf-token': browser.csrfToken };
    const body = JSON.stringify({ name: 'by-cookie', fields: {} });
    expect((await fetch(`${url}/v1/presets`, { method: 'POST', headers, body })).status).toBe(403);
    const other = new Browser();
    await other.logIn((await createUser()).name);
    expect((await change({ origin: url, 'x-csrf-token': other.csrfToken })).status).toBe(403);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'cannot be sent as a form can: %s (J13)',
    async (type) => {
      await browser.logIn(person.name);
      const headers = { cookie: browser.cookie, 'content-type': type, origin: 'https://elsewhere.example' };
      const body = JSON.stringify({ name: 'forged', fields: { crf: 20 } });
      const { status } = await fetch(`${url}/v1/presets`, { method: 'POST', headers, body });
      expect([403, 415]).toContain(status);
      expect((await browser.ask('GET', '/v1/presets/forged')).status).toBe(404);
    },
  );

  it('opens no WebSocket to another page', async () => {
    await browser.logIn(person.name);
    const opened = (origin: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/jobs/job_00000000/ws`, {
          headers: { cookie: browser.cookie, origin },
        });
        socket.once('error', (error) => resolve(error.message));
        socket.once('open', () => resolve('open'));
      });
    expect(await opened('https://elsewhere.example')).toContain('403');
    expect(await opened(url)).toContain('404');
  });
});
