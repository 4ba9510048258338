import { beforeEach, describe, expect, it } from 'vitest';
import { callAs, createKey } from './keys-client.ts';
import { Browser, createUser, password } from './sessions-client.ts';
import { call, expectProblem, remux } from './testbed.ts';

let browser: Browser;
let person: { id: string; name: string };
beforeEach(async () => {
  browser = new Browser();
  person = await createUser();
});

describe('an account', () => {
  it('is not what somebody else of that name has had', async () => {
    const input = { ...remux(), input_url: 'http://127.0.0.1:9/none.mp4' };
    await browser.logIn(person.name);
    const { body: job } = await browser.ask<{ job_id: string }>('POST', '/v1/transcode', input);
    const ids = [person.id];
    for (let n = 0; n < 3; n++) {
      expect((await call('DELETE', `/admin/users/${ids.at(-1)}`)).status).toBe(204);
      const again = { name: person.name.toUpperCase(), password, role: 'developer' };
      const { status, body } = await call<{ id: string }>('POST', '/admin/users', again);
      expect(status).toBe(201);
      ids.push(body.id);
      expectProblem(await call('POST', '/admin/users', again), 409, 'user_exists');
    }
    expect(new Set(ids).size).toBe(4);
    expectProblem(await browser.ask('GET', '/session'), 401, 'session_ended');
    expect((await browser.logIn(person.name)).body).toMatchObject({ user: { id: ids.at(-1) } });
    expect((await browser.ask<{ data: unknown[] }>('GET', '/v1/jobs')).body.data).toEqual([]);
    expectProblem(await browser.ask('GET', `/v1/jobs/${job.job_id}`), 404, 'job_not_found');
  });

  it('is under a name that looks like no other', async () => {
    const make = (name: string) => call('POST', '/admin/users', { name, password });
    const wide = String.fromCodePoint(...[...person.name].map((sign) => (sign.codePointAt(0) ?? 0) + 0xfee0));
    expectProblem(await make(wide), 409, 'user_exists');
    expectProblem(await make(person.name.replace('o', '\u043e')), 400, 'invalid_request');
    expect((await browser.logIn(wide)).body).toMatchObject({ user: { id: person.id, name: person.name } });
  });

  it('is regained after a reset by an admin, without the second factor, by nobody for themselves', async () => {
    const key = await createKey({ role: 'developer', permissions: ['keys:manage'] });
    const reset = { password: 'another one, long enough' };
    const path = `/admin/users/${person.id}/reset`;
    expectProblem(await callAs(key.api_key, 'POST', path, reset), 403, 'forbidden');
    await browser.logIn(person.name);
    expect((await call('POST', path, reset)).body).toMatchObject({ id: person.id, two_factor: false });
    expectProblem(await browser.ask('GET', '/session'), 401, 'session_ended');
    expect((await browser.logIn(person.name, reset)).status).toBe(200);
    const admin = await createUser('admin');
    await browser.logIn(admin.name);
    expectProblem(await browser.ask('POST', `/admin/users/${admin.id}/reset`, reset), 403, 'forbidden');
  });
});
