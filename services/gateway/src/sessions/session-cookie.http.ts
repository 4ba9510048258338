import { isLoopback, type ServiceContext } from '@ffapi/service-kit';
import type { FastifyRequest } from 'fastify';
import { originSaid } from '../identity/index.ts';
import { cookieValue } from '../requests/index.ts';

/** What is looked at of a request; a WebSocket's handshake has no protocol and no host of Fastify's. */
export type Asked = Pick<FastifyRequest, 'headers'> & Partial<Pick<FastifyRequest, 'protocol' | 'host'>>;

/** Only taken by browsers over https, for this host and all of it (RFC 6265bis, 4.1.3.2). */
const secureName = '__Host-ffapi_session';
const openName = 'ffapi_session';

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** What browsers say and are told about where they are: cookies of sessions, and origins. */
export class SessionCookies {
  readonly #publicUrl: URL | null;

  constructor({ PUBLIC_BASE_URL }: ServiceContext['config']) {
    this.#publicUrl = PUBLIC_BASE_URL === undefined ? null : new URL(PUBLIC_BASE_URL);
  }

  /** Whether the way to the browser is closed to others: https, or this very machine. */
  isPrivate(asked: Asked): boolean {
    return this.#isHttps(asked) || isLoopback(this.#hostname(asked));
  }

  /** Whether the browser asked for this machine by a name that nobody else can give themselves. */
  isAtHome(asked: Asked): boolean {
    return isLoopback(this.#hostname(asked)) || this.#hostname(asked) === this.#publicUrl?.hostname;
  }

  tokenOf(asked: Asked): string | null {
    const { cookie } = asked.headers;
    const open = this.#isHttps(asked) ? null : cookieValue(cookie, openName);
    return cookieValue(cookie, secureName) ?? open;
  }

  /** `null` takes the cookie back. */
  header(asked: Asked, token: string | null): string {
    const isHttps = this.#isHttps(asked);
    const parts = [`${isHttps ? secureName : openName}=${token ?? ''}`, 'Path=/', 'HttpOnly', 'SameSite=Lax'];
    if (isHttps) parts.push('Secure');
    if (token === null) parts.push('Max-Age=0');
    return parts.join('; ');
  }

  /** Where the browser says the request comes from. */
  said(asked: Asked): ReturnType<typeof originSaid> {
    const host = this.#host(asked);
    const own = [...(host === '' ? [] : [`${asked.protocol ?? 'http'}://${host}`]), this.#publicUrl?.origin ?? ''];
    return originSaid({
      origin: one(asked.headers.origin),
      fetchSite: one(asked.headers['sec-fetch-site']),
      own: own.filter((origin) => origin !== ''),
    });
  }

  #isHttps(asked: Asked): boolean {
    return this.#publicUrl?.protocol === 'https:' || asked.protocol === 'https';
  }

  #host(asked: Asked): string {
    return asked.host ?? asked.headers.host ?? '';
  }

  #hostname(asked: Asked): string {
    return URL.parse(`http://${this.#host(asked)}`)?.hostname ?? '';
  }
}
