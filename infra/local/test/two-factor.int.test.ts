import { beforeEach, describe, expect, it } from 'vitest';
import { appCode, Browser, createUser, isStored, secretBytes } from './sessions-client.ts';
import { eventually, expectProblem } from './testbed.ts';

interface TwoFactorBody {
  readonly two_factor: boolean;
  readonly secret: string;
  readonly otpauth_uri: string;
  readonly recovery_codes: readonly string[];
}

const stepMs = 30_000;
let browser: Browser;
let person: { id: string; name: string };

const act = (action: string, code?: string) =>
  browser.ask<TwoFactorBody>('POST', '/settings/two-factor', { action, ...(code === undefined ? {} : { code }) });

/** A code of the step to come, which is taken already: unused, and right for long enough. */
const nextCode = (secret: string): string => appCode(secret, Date.now() + stepMs);

const enable = async (): Promise<TwoFactorBody> => {
  const { body: begun } = await act('begin');
  const { status, body } = await act('confirm', appCode(begun.secret));
  expect(status, JSON.stringify(body)).toBe(200);
  return { ...body, secret: begun.secret };
};

beforeEach(async () => {
  browser = new Browser();
  person = await createUser();
  await browser.logIn(person.name);
});

describe('two-factor login', () => {
  it('begins with a secret for an app, and is on when a code of it was shown', async () => {
    const { body } = await act('begin');
    expect(body.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(body.otpauth_uri).toBe(
      `otpauth://totp/FFAPI:${person.name}?secret=${body.secret}&issuer=FFAPI&algorithm=SHA1&digits=6&period=30`,
    );
    expect((await new Browser().logIn(person.name)).status).toBe(200);
    expectProblem(await act('confirm', appCode(body.secret, Date.now() + 10 * stepMs)), 422, 'code_invalid');
    const confirmed = await act('confirm', appCode(body.secret));
    expect(confirmed.body.two_factor).toBe(true);
    expect(new Set(confirmed.body.recovery_codes)).toHaveLength(10);
    expectProblem(await new Browser().logIn(person.name), 401, 'login_failed');
  });

  it('needs its codes by name: confirm without one, or without a secret, is refused', async () => {
    expectProblem(await act('confirm', '123456'), 409, 'two_factor_state');
    await act('begin');
    expectProblem(await act('confirm'), 400, 'invalid_request');
    await enable();
    expectProblem(await act('begin'), 409, 'two_factor_state');
  });

  it('ends the sessions of before, but the one that turned it on', async () => {
    const other = new Browser();
    await other.logIn(person.name);
    await enable();
    expect((await browser.ask('GET', '/session')).status).toBe(200);
    expectProblem(await other.ask('GET', '/session'), 401, 'session_ended');
  });

  it('takes a code once, also of two that come together', async () => {
    const { secret } = await enable();
    const code = nextCode(secret);
    const logins = [new Browser(), new Browser(), new Browser()].map((each) => each.logIn(person.name, { code }));
    const statuses = (await Promise.all(logins)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 401, 401]);
    expectProblem(await new Browser().logIn(person.name, { code }), 401, 'login_failed');
  });

  it('says the same of a missing code, a wrong code and a wrong password', async () => {
    const { secret } = await enable();
    const tries = [{}, { code: '000000' }, { code: nextCode(secret), password: 'wrong, but long enough' }];
    const told = [];
    for (const each of tries) {
      const { request_id: _, ...rest } = expectProblem(
        await new Browser().logIn(person.name, each),
        401,
        'login_failed',
      );
      told.push(rest);
    }
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
    expect((await new Browser().logIn(person.name, { code: nextCode(secret) })).status).toBe(200);
  });

  it('takes each recovery code once, however it is written, until there are new ones', async () => {
    const { recovery_codes: codes } = await enable();
    const [first = '', second = '', third = ''] = codes;
    const { status, body } = await browser.logIn(person.name, { code: first });
    expect(status).toBe(200);
    expect(body.recovery_codes_left).toBe(9);
    expectProblem(await new Browser().logIn(person.name, { code: first }), 401, 'login_failed');
    const plain = second.toLowerCase().replace('-', '');
    expect((await browser.logIn(person.name, { code: plain })).status).toBe(200);
    const { body: fresh } = await act('recovery_codes', third);
    expect(fresh.recovery_codes).toHaveLength(10);
    expectProblem(await new Browser().logIn(person.name, { code: codes[3] }), 401, 'login_failed');
    expect((await new Browser().logIn(person.name, { code: fresh.recovery_codes[0] })).status).toBe(200);
  });

  it('is turned off with a code, and the password is enough again', async () => {
    const { secret } = await enable();
    expectProblem(await act('disable', '000000'), 422, 'code_invalid');
    expect((await act('disable', nextCode(secret))).body.two_factor).toBe(false);
    expect((await new Browser().logIn(person.name)).status).toBe(200);
  });

  it('is stored so that nobody can use what is stored', async () => {
    const { secret, recovery_codes: codes } = await enable();
    await eventually(async () => isStored(`UserTwoFactorEnabled`) && isStored(person.id));
    const plain = codes.map((code) => code.replace('-', ''));
    const bytes = secretBytes(secret);
    const forms = [secret, bytes.toString('base64'), bytes.toString('hex'), ...codes, ...plain];
    expect(forms.filter((form) => isStored(form))).toEqual([]);
  });

  it('lets nobody try codes for long', async () => {
    await enable();
    const statuses = [];
    for (let n = 0; n < 6; n++) statuses.push((await act('disable', `00000${n}`)).status);
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
    expect((await new Browser().logIn(person.name, { code: '000000' })).status).toBe(429);
  });
});
