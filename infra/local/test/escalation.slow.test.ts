import { roles, routes, type KeyResource } from '@ffapi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  attempts,
  attemptsOf,
  bounds,
  changing,
  harmless,
  kinds,
  managing,
  ownQuota,
  password,
  type Attacker,
  type Fields,
} from './escalation-attempts.ts';
import { callAs, createKey, type NewKey } from './keys-client.ts';
import { apiKey, call, url } from './testbed.ts';

let victim: NewKey;
let admin: NewKey;
let person = '';
const attackers: Attacker[] = [];

const prey = () => ({ victim: victim.id, admin: admin.id, person });

const asAdmin = async <T = Record<string, unknown>>(method: string, path: string, body?: Fields): Promise<T> => {
  const answer = await call<T>(method, path, body);
  expect(answer.status, `${method} ${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
};

/** As if the attacker had made it when it might still: a child of whatever it may itself. */
const childOf = async (kind: (typeof kinds)[number], key: NewKey): Promise<string> => {
  if (!kind.permissions.includes('keys:manage')) return victim.id;
  const fields = { name: 'child', role: 'webhook_only', permissions: kind.permissions };
  const made = await callAs<NewKey>(key.api_key, 'POST', '/admin/api-keys', fields);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.id;
};

beforeAll(async () => {
  victim = await createKey({ name: 'victim', role: 'webhook_only', permissions: ['jobs:create'] });
  admin = await createKey({ name: 'an admin', role: 'admin' });
  person = (await asAdmin<{ id: string }>('POST', '/admin/users', { name: 'prey', password, role: 'webhook_only' })).id;
  for (const kind of kinds) {
    const key = await createKey({ name: kind.is, role: kind.role, permissions: kind.permissions, ...bounds });
    await asAdmin('PUT', `/admin/api-keys/${key.id}/quota`, { ...ownQuota, suspend_after: 10 });
    const [child, suspendedChild] = [await childOf(kind, key), await childOf(kind, key)];
    if (suspendedChild !== victim.id)
      await asAdmin('POST', `/admin/api-keys/${suspendedChild}/suspend`, { reason: 'abuse' });
    attackers.push({
      ...key,
      ...kind,
      scopes: kind.permissions,
      isAdmin: kind.role === 'admin',
      child,
      suspendedChild,
    });
  }
});

/** All that could have been changed, without what any request changes. */
const state = async () => {
  const { data } = await asAdmin<{ data: KeyResource[] }>('GET', '/admin/api-keys?limit=200');
  const keys = data.map((key) => ({ ...key, last_used_at: null }));
  const quotas = await Promise.all(keys.map(({ id }) => asAdmin('GET', `/admin/api-keys/${id}/quota`)));
  return {
    keys,
    quotas,
    people: await asAdmin('GET', '/admin/users'),
    settings: await asAdmin('GET', '/admin/settings'),
  };
};

it('thinks of every route that changes something', () => {
  const thought = [...Object.keys(attempts), ...harmless].toSorted();
  expect(changing.map(({ id }) => id).toSorted()).toEqual(thought);
  expect(managing).toContain('keys:manage');
});

describe.each(kinds.map(({ is }, n) => [is, n] as const))('%s', (_, n) => {
  it('gains nothing', async () => {
    const attacker = attackers[n] as Attacker;
    const before = await state();
    const tried = attemptsOf(attacker, prey());
    if (attacker.scopes.includes('keys:manage')) expect(tried.length).toBeGreaterThan(30);
    for (const { gain, method, path, body } of tried) {
      const { status, body: answer } = await callAs(attacker.api_key, method, path, body);
      const told = `${gain}: ${method} ${path} ${JSON.stringify(body)} ${JSON.stringify(answer)}`;
      expect([403, 404], told).toContain(status);
    }
    expect(await state()).toEqual(before);
  });
});

describe('what is refused to them', () => {
  it('is done for an admin, so that none of it is refused for its form', async () => {
    const attacker = attackers.find(({ is }) => is === 'developer with keys:manage') as Attacker;
    const settings = attackers.find(({ is }) => is === 'developer with settings:manage') as Attacker;
    const tried = [...attemptsOf(attacker, prey()), ...attemptsOf(settings, prey())].filter(
      ({ method, path }) => !(method === 'DELETE' || path.includes(admin.id) || path.startsWith('/admin/reviews')),
    );
    expect(tried.length).toBeGreaterThan(60);
    for (const { gain, method, path, body } of tried) {
      const answer = await call(method, path, body);
      expect(
        answer.status,
        `${gain}: ${method} ${path} ${JSON.stringify(body)} ${JSON.stringify(answer.body)}`,
      ).toBeLessThan(300);
    }
    const { overridden } = await asAdmin<{ overridden: string[] }>('GET', '/admin/settings');
    await asAdmin('PATCH', '/admin/settings', Object.fromEntries(overridden.map((name) => [name, null])));
  });

  it('leaves a key with keys:manage what it has: keys of its own, within its bounds', async () => {
    const giver = await createKey({ role: 'developer', permissions: [...roles.developer, 'keys:manage'], ...bounds });
    await asAdmin('PUT', `/admin/api-keys/${giver.id}/quota`, { max_concurrent_jobs: 2, suspend_after: 3 });
    const own = (method: string, path: string, body?: Fields) => callAs(giver.api_key, method, path, body);
    const made = await own('POST', '/admin/api-keys', { name: 'of mine', role: 'viewer' });
    expect(made).toMatchObject({ status: 201, body: { created_by: giver.id, ...bounds } });
    const path = `/admin/api-keys/${String(made.body.id)}`;
    expect((await own('GET', `${path}/quota`)).body).toMatchObject({ max_concurrent_jobs: 2, suspend_after: 3 });
    expect((await own('PUT', `${path}/quota`, { max_concurrent_jobs: 1, suspend_after: 3 })).status).toBe(200);
    expect((await own('POST', `${path}/rotate`)).status).toBe(200);
    expect((await own('POST', `${path}/suspend`)).status).toBe(200);
    expect((await own('POST', `${path}/resume`)).status).toBe(200);
    expect((await own('PATCH', path, { name: 'renamed', allowed_ips: ['127.0.0.1'] })).status).toBe(200);
    expect((await own('GET', `${path}/usage`)).status).toBe(200);
    const listed = (await own('GET', '/admin/api-keys')).body.data as KeyResource[];
    expect(listed.map(({ id }) => id).toSorted()).toEqual([giver.id, made.body.id].toSorted());
    for (const look of ['quota', 'usage'])
      for (const id of [admin.id, 'key_admin'])
        expect((await own('GET', `/admin/api-keys/${id}/${look}`)).status).toBe(404);
    expect((await own('POST', `/admin/api-keys/${giver.id}/rotate`)).status).toBe(200);
    expect((await own('DELETE', path)).status).toBe(204);
  });
});

describe('while keys are off', () => {
  const unknown = async (method: string, path: string, body?: Fields): Promise<number> => {
    const response = await fetch(url + path, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const off = (from?: string) =>
    call('PATCH', '/admin/settings', { require_api_key: false }, from === undefined ? {} : { 'x-forwarded-for': from });
  afterAll(async () => {
    await asAdmin('PATCH', '/admin/settings', { require_api_key: null });
  });

  it.each(['192.0.2.1', '10.0.0.1', '::2', '128.0.0.1'])('which nobody turns off from %s', async (from) => {
    expect((await off(from)).status).toBe(403);
    expect(await unknown('GET', '/v1/operations')).toBe(401);
  });

  it('nobody gets what would last', async () => {
    expect((await off()).status).toBe(200);
    expect(await unknown('GET', '/v1/operations')).toBe(200);
    expect(await unknown('GET', '/v1/jobs')).toBe(200);
    for (const { id, method, path, access } of routes)
      if (access === 'keys:manage' || access === 'settings:manage') {
        const sent = method === 'GET' || method === 'DELETE' ? undefined : {};
        expect(await unknown(method, path.replace('{id}', victim.id), sent), id).toBe(403);
      }
    expect((await call('GET', '/admin/api-keys', undefined, { 'x-api-key': apiKey })).status).toBe(200);
  });
});
