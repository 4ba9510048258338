import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { filledPath, routes, type PathParamKind, type Route } from '@ffapi/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { callAs, createKey } from './keys-client.ts';
import { apiKey, call, clip, done, eventually, fileId, hooks, originUrl, remux, upload, url } from './testbed.ts';

/** What is there to be hit by an id that names several: one of each kind, all of them of other tenants. */
const there: Partial<Record<PathParamKind, string>> = {};
let developer = '';

beforeAll(async () => {
  developer = (await createKey({ role: 'developer' })).api_key;
  const owner = (await createKey({ role: 'developer' })).api_key;
  there.key = (await createKey({ name: 'of-somebody' })).id;
  there.file = fileId;
  const hook = { events: ['job.*'], url: `${originUrl}/hook` };
  there.whk = (await callAs<{ id: string }>(owner, 'POST', '/webhooks/subscribe', hook)).body.id;
  await call('POST', '/webhooks/subscribe', hook);
  there.job = (await done('/v1/transcode', remux())).job_id;
  const person = { name: 'somebody', password: 'correct horse battery staple' };
  there.user = (await call<{ id: string }>('POST', '/admin/users', person)).body.id;
  there.dlv = await eventually(async () => {
    const { body } = await call<{ data: { id: string }[] }>('GET', '/webhooks/deliveries?status=succeeded');
    return body.data[0]?.id ?? '';
  });
});

const prefix: Readonly<Record<PathParamKind, string>> = {
  job: 'job_',
  file: 'file_',
  whk: 'whk_',
  dlv: 'dlv_',
  key: 'key_',
  user: 'user_',
  rev: 'rev_',
  inc: 'inc_',
  preset: '',
  frame: '',
  share: 'share_',
  file_name: 'file_',
  file_path: 'file_',
  page_path: '',
};

/** As they stand in a request line. */
const hostileTexts = (kind: PathParamKind): readonly string[] => {
  const id = there[kind] ?? `${prefix[kind]}01k9vjz6f8e2m3q4r5s6t7v8w9`;
  const start = prefix[kind];
  return [
    '*',
    '%2A',
    '%3E',
    '%20',
    '%2E%2E',
    '%2E',
    '%00',
    '%0A',
    `${start}*`,
    `${start}%2A`,
    `${start}%3E`,
    `${start}%20`,
    `${start}a%20b`,
    `${start}a.b`,
    `${start}a%2Eb`,
    `${start}${'0'.repeat(900)}`,
    `${start}%C0%AE`,
    `${id}%20`,
    `%20${id}`,
    `${id}.`,
    `${id}.*`,
    `${id}.%3E`,
    `${id}%00`,
    `${id}%0A`,
    `${id}%252A`,
    `${id.slice(0, -1)}%2A`,
    `${id.slice(0, -1)}%3F`,
    id.toUpperCase(),
    `${id}%E2%80%8B`,
    'constructor',
    '__proto__',
    'toString',
  ].filter((text) => text !== id);
};

/** 400: a path that is no path at all is refused before there is a route. */
const refusals = [400, 404, 422];

const withParams = routes.filter(({ params }) => params !== undefined);
const named = withParams.map((route) => [`${route.method} ${route.path}`, route] as const);

const filled = (route: Route, hostileName: string, text: string): string =>
  filledPath(route, (kind, name) => (name === hostileName ? text : (there[kind] ?? `${prefix[kind]}0000`)));

/** Written as it is: a client that tidies paths would hide what is asked. */
const ask = async (route: Route, path: string, key: string): Promise<number> => {
  const body = route.method === 'GET' || route.method === 'DELETE' ? undefined : '{}';
  const { hostname, port } = new URL(url);
  const headers = { 'x-api-key': key, ...(body ? { 'content-type': 'application/json' } : {}) };
  const asked = request({ hostname, port, path, method: route.method, headers }).end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  await response.resume().toArray();
  return response.statusCode ?? 0;
};

describe('an id that is none names nothing', () => {
  it('on many routes', () => expect(named.length).toBeGreaterThan(30));

  it.each(named)('%s', async (_, route) => {
    const sent = Object.entries(route.params ?? {}).flatMap(([name, { names }]) =>
      hostileTexts(names).map((text) => filled(route, name, text)),
    );
    for (const path of sent)
      for (const key of [apiKey, developer]) {
        const status = await ask(route, path, key);
        if (key === developer && status === 403) continue;
        expect(refusals, `${route.method} ${path}: ${status}`).toContain(status);
      }
  });

  it('and what it could have hit is as it was', async () => {
    const calls = hooks.length;
    for (const text of ['%2A', '%3E', 'dlv_%2A']) await call('POST', `/webhooks/deliveries/${text}/retry`, {});
    const { body } = await call<{ attempts: unknown[] }>('GET', `/webhooks/deliveries/${there.dlv}`);
    expect(body.attempts).toHaveLength(1);
    expect(hooks).toHaveLength(calls);
    expect((await call('GET', `/v1/files/${there.file}`)).status).toBe(200);
    expect((await call('GET', `/v1/jobs/${there.job}`)).status).toBe(200);
    const { data } = (await call<{ data: { id: string }[] }>('GET', '/webhooks')).body;
    expect(data.map(({ id }) => id)).toContain(there.whk);
    const people = (await call<{ data: { id: string }[] }>('GET', '/admin/users')).body.data;
    expect(people.map(({ id }) => id)).toContain(there.user);
    const keys = (await call<{ data: { id: string; suspended: unknown }[] }>('GET', '/admin/api-keys')).body.data;
    expect(keys.find(({ id }) => id === there.key)?.suspended).toBeNull();
  });
});

describe('an id that is none, where a body or a query names it', () => {
  const ids = ['*', '>', '*.>', 'a b', '', '.', 'x'].map((text) => `_${text}`);

  it.each(ids)('as an input: file%s', async (text) => {
    const { status } = await call('POST', '/v1/transcode', remux({ input_url: `file${text}` }));
    expect(refusals).toContain(status);
  });

  it.each(ids)('as an input deep inside: file%s', async (text) => {
    const { status } = await call('POST', '/v1/video/concat', { clips: [fileId, `file${text}`] });
    expect(refusals).toContain(status);
  });

  it.each(ids)('among jobs to be cancelled: job%s', async (text) => {
    const { status, body } = await call<{ results: { code: string }[] }>('POST', '/v1/jobs/bulk-cancel', {
      job_ids: [`job${text}`],
    });
    expect(status).toBe(200);
    expect(body.results[0]?.code).toBe('job_not_found');
  });

  it.each([
    '/probe/public?rel=',
    '/logs/view?path=',
    '/webhooks/deliveries?job_id=',
    '/v1/jobs?api_key_id=',
    '/v1/jobs?q=',
    '/v1/files?q=',
    '/admin/audit-log?actor=',
    '/admin/audit-log?resource_id=',
    '/admin/perf-test/results?run_id=',
  ])('in %s', async (path) => {
    for (const text of ['*', '>', 'job_*', 'file_*', 'file_>', 'a b', '.', '%00', '__proto__']) {
      const { status } = await call('GET', path + encodeURIComponent(text === '%00' ? '\0' : text));
      expect(status, text).toBeLessThan(500);
    }
  });
});

it('a file whose name begins like an id is found by its name', async () => {
  const { body } = await upload('file_of_mine.mp4', readFileSync(clip));
  expect(body.name).toBe('file_of_mine.mp4');
  expect((await call('GET', '/files/file_of_mine.mp4')).status).toBe(200);
});
