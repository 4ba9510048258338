import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { call, dir, url, type Answer } from './testbed.ts';

export const password = 'correct horse battery staple';

let browsers = 0;

/** A browser that keeps one cookie and says where its pages come from. */
export class Browser {
  cookie = '';
  csrfToken = '';
  setCookie = '';
  readonly base: string;
  /** Each browser has its own, so that tries are counted apart. */
  readonly address = `192.0.2.${++browsers}`;

  constructor(base = url) {
    this.base = base;
  }

  async ask<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(this.base + path, {
      method,
      headers: {
        'x-forwarded-for': this.address,
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(method === 'GET' ? {} : { origin: this.base, 'x-csrf-token': this.csrfToken }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    this.setCookie = response.headers.get('set-cookie') ?? '';
    const pair = this.setCookie.split(';')[0] ?? '';
    if (pair !== '') this.cookie = pair.endsWith('=') ? '' : pair;
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    const answer = {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text) as T,
    };
    const { csrf_token: token } = (isJson ? answer.body : {}) as { csrf_token?: string };
    if (token) this.csrfToken = token;
    return answer;
  }

  logIn<T = Record<string, unknown>>(username: string, more: Record<string, unknown> = {}): Promise<Answer<T>> {
    return this.ask<T>('POST', '/login', { username, password, ...more });
  }
}

let people = 0;

/** A person who can log in, of their own name. */
export const createUser = async (role = 'developer'): Promise<{ id: string; name: string }> => {
  const name = `person-${++people}`;
  const { status, body } = await call<{ id: string }>('POST', '/admin/users', { name, password, role });
  if (status !== 201) throw new Error(`no user: ${JSON.stringify(body)}`);
  return { id: body.id, name };
};

export const secretBytes = (secretBase32: string): Buffer => {
  let bits = '';
  for (const letter of secretBase32)
    bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
  return Buffer.from((bits.match(/[01]{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
};

/** The code of an authenticator app, computed apart from the platform (RFC 6238, RFC 4226). */
export const appCode = (secretBase32: string, atMs = Date.now()): string => {
  const key = secretBytes(secretBase32);
  const message = Buffer.from(
    Math.floor(atMs / 30_000)
      .toString(16)
      .padStart(16, '0'),
    'hex',
  );
  const mac = createHmac('sha1', key).update(message).digest('hex');
  const start = Number.parseInt(mac.slice(-1), 16) * 2;
  const number = Number.parseInt(mac.slice(start, start + 8), 16) % 0x80000000;
  return String(number % 1_000_000).padStart(6, '0');
};

/** Whether a text stands anywhere in what the platform has written. */
export const isStored = (text: string): boolean => {
  try {
    execFileSync('grep', ['-rqaF', text, dir]);
    return true;
  } catch {
    return false;
  }
};
