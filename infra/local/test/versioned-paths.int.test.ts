import { pathsOf, roles, routes, type Role, type Route } from '@ffapi/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { createKey } from './keys-client.ts';
import { call, done, fileId, remux, url } from './testbed.ts';

const twins = routes.filter((route) => pathsOf(route).length > 1);
const keys = new Map<Role | 'nobody', string>([['nobody', '']]);
const holders = ['nobody', ...(Object.keys(roles) as Role[])] as const;
const absentIds: Readonly<Record<string, string>> = {
  whk: 'whk_00000000',
  dlv: 'dlv_00000000',
  file_name: 'none.mp4',
};

beforeAll(async () => {
  for (const role of Object.keys(roles) as Role[]) keys.set(role, (await createKey({ role })).api_key);
}, 60_000);

/** The path with ids of nothing. */
const filled = (path: string, { params = {} }: Route): string =>
  path.replace(
    /\{([^}*]+)\*?\}/g,
    (_, name: string) => absentIds[params[name]?.names ?? ''] ?? 'file_00000000/none.mp4',
  );

it('has a versioned twin of every path of webhooks and files', () => {
  const unversioned = routes.map(({ path }) => path).filter((path) => /^\/(webhooks|files)\b/.test(path));
  expect(twins.map(({ path }) => path)).toEqual(unversioned);
  for (const route of twins) expect(pathsOf(route).toSorted()).toEqual([route.path, `/v1${route.path}`].toSorted());
});

describe.each(holders)('%s', (who) => {
  it.each(twins)('may the same at both paths: $method $path', async (route) => {
    const body = route.method === 'GET' || route.method === 'DELETE' ? undefined : { no_such_field: 1 };
    const headers = { 'x-api-key': keys.get(who) ?? '' };
    const answers = [];
    for (const path of pathsOf(route)) {
      const answer = await call(route.method, filled(path, route), body, headers);
      answers.push({ status: answer.status, code: answer.body.code, errors: answer.body.errors });
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[0]?.code).not.toBe('not_found');
    expect(answers[0]?.status).not.toBe(405);
  });
});

it('is the same webhook at both', async () => {
  const hook = { events: ['job.completed'], url: 'https://example.com/hook' };
  const key = { 'idempotency-key': 'one-hook' };
  const made = await call('POST', '/v1/webhooks/subscribe', hook, key);
  const again = await call('POST', '/webhooks/subscribe', hook, key);
  expect(made.status).toBe(201);
  expect(again.body.id).toBe(made.body.id);
  const id = String(made.body.id);
  expect((await call('GET', `/v1/webhooks/${id}`)).body).toEqual((await call('GET', `/webhooks/${id}`)).body);
  expect((await call('PATCH', `/v1/webhooks/${id}`, { enabled: false })).body).toMatchObject({ id, enabled: false });
  expect((await call('DELETE', `/v1/webhooks/${id}`)).status).toBe(204);
  expect((await call('GET', `/webhooks/${id}`)).status).toBe(404);
});

it('is the same bytes at both, of keys and of signed links', async () => {
  const job = await done('/v1/transcode', remux());
  const [output] = job.outputs;
  const signed = new URL(output?.download_url ?? '').pathname;
  const range = { headers: { range: 'bytes=4-11' } };
  const [old, twin] = await Promise.all([fetch(url + signed, range), fetch(`${url}/v1${signed}`, range)]);
  expect(twin.status).toBe(206);
  expect(await twin.text()).toBe(await old.text());
  expect(twin.headers.get('access-control-allow-origin')).toBe('*');
  const own = await call<string>('GET', `/v1/files/${fileId}/clip.mp4`);
  expect(own.headers.get('etag')).toBe((await call<string>('GET', `/files/${fileId}/clip.mp4`)).headers.get('etag'));
  expect((await call('GET', `/v1/files/${fileId}/clip.mp4`, undefined, { 'x-api-key': '' })).status).toBe(401);
  expect((await call('GET', `/v1/files/${fileId}`)).body).toMatchObject({ file_id: fileId });
  expect((await call('DELETE', `/v1/files/${output?.file_id}/${output?.name}`)).status).toBe(204);
  expect((await call('GET', output?.url ?? '')).status).toBe(404);
});

it('says what a path takes', async () => {
  const refused = await call('PUT', '/v1/webhooks');
  expect(refused).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
  expect(refused.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
});
