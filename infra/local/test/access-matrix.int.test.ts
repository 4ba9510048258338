import { readFileSync } from 'node:fs';
import { filledPath, roles, routes, type PathParamKind, type Role, type Route } from '@ffapi/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { call, clip, eventually, originUrl, remux, url } from './testbed.ts';
import { callAs, createKey } from './keys-client.ts';

type Who = Role | 'nobody' | 'stranger';
const holders = Object.keys(roles) as Role[];
const keys = new Map<Who, string>();
/** Of the tenant whose things a stranger asks for, by the parameter and the path it stands in. */
const owned = { job: '', file: '', webhook: '', delivery: '', preset: 'of-one-tenant', tempo: '', share: '' };
let owner = '';

const upload = async (key: string): Promise<string> => {
  const form = new FormData();
  form.append('file', new Blob([readFileSync(clip)]), 'owned.mp4');
  const response = await fetch(`${url}/v1/files`, { method: 'POST', headers: { 'x-api-key': key }, body: form });
  return ((await response.json()) as { file_id: string }).file_id;
};

beforeAll(async () => {
  for (const role of holders) keys.set(role, (await createKey({ role })).api_key);
  keys.set('stranger', (await createKey({ role: 'developer' })).api_key);
  owner = keys.get('developer') ?? '';
  owned.file = await upload(owner);
  owned.share = (await callAs<{ share_id: string }>(owner, 'POST', `/files/${owned.file}/share`, {})).body.share_id;
  const hook = { events: ['job.*'], url: `${originUrl}/hook` };
  owned.webhook = (await callAs<{ id: string }>(owner, 'POST', '/webhooks/subscribe', hook)).body.id;
  const job = await callAs<{ job_id: string; status: string }>(
    owner,
    'POST',
    '/v1/transcode',
    remux({ input_url: owned.file }),
    { prefer: 'wait=60' },
  );
  expect(job.body.status).toBe('completed');
  owned.job = job.body.job_id;
  const tempo = { input_url: owned.file, tempo: 1.5 };
  owned.tempo = (
    await callAs<{ job_id: string }>(owner, 'POST', '/v1/audio/tempo', tempo, { prefer: 'respond-async' })
  ).body.job_id;
  await callAs(owner, 'POST', '/v1/presets', { name: owned.preset, fields: { crf: 20 } });
  owned.delivery = await eventually(async () => {
    const { body } = await callAs<{ data: { id: string }[] }>(owner, 'GET', '/webhooks/deliveries');
    return body.data[0]?.id ?? '';
  });
});

/** Something of each kind that is not there. */
const nothing: Readonly<Record<PathParamKind, string>> = {
  job: 'job_00000000',
  file: 'file_00000000',
  whk: 'whk_00000000',
  dlv: 'dlv_00000000',
  key: 'key_00000000',
  user: 'user_00000000',
  rev: 'rev_00000000',
  inc: 'inc_00000000',
  preset: 'none',
  frame: '0',
  share: 'share_00000000',
  file_name: 'none.mp4',
  file_path: 'file_00000000/none.mp4',
  page_path: 'none',
};

/** The least that gets past the guard: what the route then says of an empty or strange body is not asked here. */
const ask = (route: Route, who: Who, path: string) => {
  const body = route.method === 'GET' || route.method === 'DELETE' ? undefined : { no_such_field: 1 };
  return call(route.method, path, body, { 'x-api-key': keys.get(who) ?? '' });
};

const may = (who: Role, { access }: Route): boolean =>
  access === 'public' || access === 'key' || (roles[who] as readonly string[]).includes(access);

const named = routes.map((route) => [`${route.method} ${route.path}`, route] as const);

describe.each(holders)('%s', (who) => {
  it.each(named)('%s', async (_, route) => {
    const { status, body } = await ask(
      route,
      who,
      filledPath(route, (kind) => nothing[kind]),
    );
    if (may(who, route)) expect([401, 403], JSON.stringify(body)).not.toContain(status);
    else expect({ status, code: body.code }).toEqual({ status: 403, code: 'forbidden' });
  });
});

describe('nobody', () => {
  it.each(named)('%s', async (_, route) => {
    const { status, body } = await ask(
      route,
      'nobody',
      filledPath(route, (kind) => nothing[kind]),
    );
    if (route.access === 'public') expect([401, 403]).not.toContain(status);
    else expect({ status, code: body.code }).toEqual({ status: 401, code: 'api_key_required' });
  });
});

const theirs = (route: Route): string =>
  filledPath(route, (kind) => {
    const known: Partial<Record<PathParamKind, string>> = {
      job: route.path.startsWith('/v1/audio/tempo') ? owned.tempo : owned.job,
      file: owned.file,
      file_name: owned.file,
      share: owned.share,
      file_path: `${owned.file}/owned.mp4`,
      whk: owned.webhook,
      dlv: owned.delivery,
      preset: owned.preset,
    };
    const one = known[kind];
    if (one === undefined) throw new Error(`${route.id}: the owner has none of ${kind}`);
    return one;
  });

/** Routes of one thing, which belongs to somebody: what only admins may is the platform's own. */
const ofTenants = named.filter(
  ([, { path, access }]) => path.includes('{') && (roles.developer as readonly string[]).includes(access),
);

describe('what belongs to another key is not there', () => {
  it.each(ofTenants)('%s', async (_, route) => {
    const { status, body } = await call(route.method, theirs(route), route.body ? {} : undefined, {
      'x-api-key': keys.get('stranger') ?? '',
    });
    expect(status, JSON.stringify(body)).toBe(404);
  });

  it.each(ofTenants.filter(([, { method }]) => method === 'GET'))(
    'and is there for its owner: %s',
    async (_, route) => {
      const { status, body } = await callAs(owner, 'GET', theirs(route));
      expect(status, JSON.stringify(body)).toBe(200);
    },
  );

  const lists = named.filter(([, { method, path, response }]) => method === 'GET' && !path.includes('{') && response);
  it.each(lists)('nor in %s', async (_, route) => {
    const { body } = await callAs(keys.get('stranger') ?? '', 'GET', route.path);
    const text = JSON.stringify(body);
    for (const id of Object.values(owned)) expect(text).not.toContain(id);
  });
});
