import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import WebSocket from 'ws';
import { expect, it } from 'vitest';
import { callAs, createKey } from './keys-client.ts';
import { readToClose } from './read-to-close.ts';
import { Browser, createUser, password } from './sessions-client.ts';
import { call, eventually, url } from './testbed.ts';

/** However it is lost, what is open ends within this. */
const endsWithinMs = 5_000;
const address = '198.51.100.9';
/** Never fetched: the key may run no job. */
const source = { url: 'https://a.invalid/a.mp4' };

type Headers = Record<string, string>;

/** What a caller may have open for long; each tells how it ended. */
const openAll = (headers: Headers, jobId: string): Readonly<Record<string, Promise<string>>> => {
  const events = fetch(`${url}/v1/jobs/${jobId}/events`, { headers }).then(async (response) => {
    await response.text();
    return 'ended';
  });
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/jobs/${jobId}/ws`, { headers });
  const posted = (path: string, more: Headers): Promise<string> =>
    fetch(url + path, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', ...more },
      body: JSON.stringify(source),
    }).then(async (response) => `${response.status} ${((await response.json()) as { code?: string }).code}`);
  return {
    events,
    webSocket: once(socket, 'close').then(() => 'ended'),
    waiting: posted('/v1/probe', { prefer: 'wait=300' }),
    plainly: posted('/probe/from-urls', {}),
    upload: uploadWithoutEnd(headers),
  };
};

const uploadWithoutEnd = async (headers: Headers): Promise<string> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const fields = {
    ...headers,
    host: new URL(url).host,
    'content-type': 'multipart/form-data; boundary=b',
    'content-length': '1000000',
  };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST /v1/files HTTP/1.1\r\n${head.join('')}\r\n`);
  socket.write('--b\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n\r\n');
  const more = setInterval(() => socket.writable && socket.write(Buffer.alloc(1_000, 'x')), 100);
  const answer = await readToClose(socket);
  clearInterval(more);
  return `${/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]} ${/"code":"(\w+)"/.exec(answer)?.[1]}`;
};

const begin = async (headers: Headers): Promise<{ all: ReturnType<typeof openAll>; begun: Promise<unknown> }> => {
  const { body: job } = await call<{ job_id: string }>('POST', '/v1/probe', source, headers);
  const all = openAll(headers, job.job_id);
  // Both that wait have their jobs: everything is open.
  const begun = eventually(async () => {
    const { body } = await call<{ data: unknown[] }>('GET', '/v1/jobs', undefined, headers);
    return body.data.length === 3;
  });
  return { all, begun };
};

const expectEnds = async (all: ReturnType<typeof openAll>, code: string, status: number): Promise<void> => {
  const startMs = performance.now();
  const ended = await Promise.all(Object.entries(all).map(async ([what, end]) => [what, await end] as const));
  expect(performance.now() - startMs).toBeLessThan(endsWithinMs);
  const refused = `${status} ${code}`;
  expect(Object.fromEntries(ended)).toEqual({
    events: 'ended',
    webSocket: 'ended',
    waiting: refused,
    plainly: refused,
    upload: refused,
  });
};

const keyWays: readonly (readonly [
  way: string,
  take: (keyId: string) => Promise<unknown>,
  code: string,
  status: number,
])[] = [
  ['revoked', (id) => call('DELETE', `/admin/api-keys/${id}`), 'api_key_invalid', 401],
  ['suspended', (id) => call('POST', `/admin/api-keys/${id}/suspend`, { reason: 'x' }), 'key_suspended', 403],
  [
    'expired',
    (id) => call('PATCH', `/admin/api-keys/${id}`, { expires_at: new Date(Date.now() + 500).toISOString() }),
    'api_key_invalid',
    401,
  ],
  [
    'rotated away',
    (id) => call('POST', `/admin/api-keys/${id}/rotate`, { overlap_seconds: 0 }),
    'api_key_invalid',
    401,
  ],
  [
    'bound to other addresses',
    (id) => call('PATCH', `/admin/api-keys/${id}`, { allowed_ips: ['192.0.2.0/24'] }),
    'address_not_allowed',
    403,
  ],
  [
    'left with fewer permissions',
    (id) => call('PATCH', `/admin/api-keys/${id}`, { permissions: ['webhooks:manage'] }),
    'forbidden',
    403,
  ],
];

// Each waits for the next look at what is open; they wait for it together.
it.concurrent.each(keyWays)('what a key has open ends when it is %s', async (_way, take, code, status) => {
  const { id, api_key: key } = await createKey();
  await call('PUT', `/admin/api-keys/${id}/quota`, { max_concurrent_jobs: 0 });
  const { all, begun } = await begin({ 'x-api-key': key, 'x-forwarded-for': address });
  await begun;
  const { status: taken, body } = (await take(id)) as { status: number; body: unknown };
  expect(taken, JSON.stringify(body)).toBeLessThan(300);
  await expectEnds(all, code, status);
});

const sessionWays: readonly (readonly [
  way: string,
  take: (browser: Browser, user: { id: string; name: string }) => Promise<unknown>,
])[] = [
  ['logged out', (browser) => browser.ask('POST', '/logout')],
  [
    'given another password elsewhere',
    async (_browser, { name }) => {
      const other = new Browser();
      await other.logIn(name);
      return other.ask('POST', '/settings/credentials', { current_password: password, password: `${password} again` });
    },
  ],
  ['deleted', (_browser, { id }) => call('DELETE', `/admin/users/${id}`)],
];

it.each(sessionWays)('what a person has open ends when they are %s', async (_way, take) => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const user = await createUser();
  const browser = new Browser();
  await browser.logIn(user.name);
  const headers = {
    cookie: browser.cookie,
    origin: url,
    'x-csrf-token': browser.csrfToken,
    'x-forwarded-for': browser.address,
    'x-api-key': '',
  };
  source.url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/a.mp4`;
  const { all, begun } = await begin(headers);
  await begun;
  const { status } = (await take(browser, user)) as { status: number };
  expect(status).toBeLessThan(300);
  await expectEnds(all, 'session_ended', 401);
  silent.close();
  silent.closeAllConnections();
});

it('and what another key has open goes on', async () => {
  const [lost, kept] = [await createKey(), await createKey()];
  await call('PUT', `/admin/api-keys/${kept.id}/quota`, { max_concurrent_jobs: 0 });
  const { body: job } = await callAs<{ job_id: string }>(kept.api_key, 'POST', '/v1/probe', source);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/jobs/${job.job_id}/ws`, {
    headers: { 'x-api-key': kept.api_key },
  });
  await once(socket, 'open');
  await call('DELETE', `/admin/api-keys/${lost.id}`);
  const told = once(socket, 'close');
  await callAs(kept.api_key, 'POST', `/v1/jobs/${job.job_id}/cancel`);
  expect((await told)[0]).toBe(1000);
});
