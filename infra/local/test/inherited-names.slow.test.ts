import { readFileSync } from 'node:fs';
import { operations, routes, type Operation } from '@ffapi/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { callAs, createKey } from './keys-client.ts';
import { call, clip, upload, url } from './testbed.ts';

/** What every object seems to have, and no table here does. */
const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];

let key: string;
let fileId: string;
beforeAll(async () => {
  const made = await createKey();
  key = made.api_key;
  // Nothing is to be run here.
  await call('PUT', `/admin/api-keys/${made.id}/quota`, { max_concurrent_jobs: 0, max_queued_jobs: 10_000 });
  const form = new FormData();
  form.append('file', new Blob([readFileSync(clip)]), 'clip.mp4');
  const stored = await fetch(`${url}/v1/files`, { method: 'POST', headers: { 'x-api-key': key }, body: form });
  fileId = ((await stored.json()) as { file_id: string }).file_id;
});

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** The value with one text of it replaced, for every text in turn, and with one more member of that name. */
const variants = (value: Json, name: string): Json[] => {
  if (typeof value === 'string') return [name, `a.${name}`];
  if (Array.isArray(value))
    return value.flatMap((each, at) => variants(each as Json, name).map((other) => value.with(at, other) as Json));
  if (value === null || typeof value !== 'object') return [];
  const entries = Object.entries(value);
  const replaced = entries.flatMap(([field, each]) =>
    variants(each, name).map((other) => ({ ...value, [field]: other })),
  );
  return [...replaced, Object.fromEntries([...entries, [name, 'x']])];
};

const failures: string[] = [];
const send = async (method: string, path: string, body?: Json): Promise<number> => {
  const answer = await callAs<{ code?: string }>(key, method, path, body);
  if (answer.status >= 500 && (answer.body.code === 'internal' || !('error' in answer.body)))
    failures.push(`${method} ${path} ${JSON.stringify(body)}: ${answer.status}`);
  return answer.status;
};

describe.each(inherited)('%s', (name) => {
  it.each(Object.values(operations) as Operation[])('is nothing to $id', async (operation) => {
    failures.length = 0;
    for (const { params } of operation.examples) {
      const body = { ...(params as { [name: string]: Json }), input_url: fileId };
      for (const each of variants(body, name)) await send('POST', `/v1/${operation.id.replaceAll('.', '/')}`, each);
    }
    expect(failures).toEqual([]);
  });

  it('is nothing in a path or in a query', async () => {
    failures.length = 0;
    for (const { method, path, query } of routes) {
      if (method !== 'GET') continue;
      const filled = path.replaceAll(/\{[^}]+\}/g, name);
      await send(method, filled);
      for (const field of Object.keys((query as { shape?: object } | undefined)?.shape ?? {}))
        await send(method, `${filled}?${field}=${name}`);
      await send(method, `${filled}?${name}=x`);
    }
    expect(failures).toEqual([]);
  });

  it('is a name like any other for a preset', async () => {
    const defined = await callAs(key, 'POST', '/v1/presets', { name, operation: 'transcode', fields: { crf: 30 } });
    if (defined.status >= 400) {
      expect(defined.body).toMatchObject({ code: 'invalid_request' });
      return;
    }
    expect((await callAs(key, 'GET', `/v1/presets/${name}`)).body).toMatchObject({ name, fields: { crf: 30 } });
    const submit = { input_url: fileId, preset: name };
    expect((await callAs(key, 'POST', '/v1/transcode', submit)).body).toMatchObject({ params: { crf: 30 } });
    expect((await callAs(key, 'DELETE', `/v1/presets/${name}`)).status).toBe(204);
    expect((await callAs(key, 'GET', `/v1/presets/${name}`)).status).toBe(404);
    expect(await send('POST', '/v1/transcode', submit)).toBe(422);
  });

  it('is a name like any other for a file', async () => {
    const { body } = await upload(`${name}.mp4`, readFileSync(clip));
    const found = await call('GET', `/files/${String(body.name)}`);
    expect(found.status).toBe(200);
  });
});
