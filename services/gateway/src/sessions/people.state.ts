import { createHmac, timingSafeEqual } from 'node:crypto';
import { roles, type Route } from '@ffapi/contracts';
import { derivedKey, type ServiceContext } from '@ffapi/service-kit';
import type { User, UserDirectory } from '../people/index.ts';
import type { Session, Principal } from '../identity/index.ts';
import type { Sessions } from './sessions.state.ts';
import { RequestRefused } from '../requests/index.ts';
import { SessionCookies, type Asked } from './session-cookie.http.ts';

export interface PeoplePorts {
  readonly context: Pick<ServiceContext, 'config' | 'masterKey'>;
  readonly sessions: Sessions;
  readonly users: UserDirectory;
}

export interface Wanted {
  readonly route: Route;
  /** Whether nobody is not enough. */
  readonly isNeeded: boolean;
}

const changesNothing: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** The caller that a person is: their id is the tenant, their role says what they may. */
const personOf = ({ userId, role }: User, session: Session): Principal => ({
  keyId: userId,
  isAdmin: role === 'admin',
  isAnonymous: false,
  scopes: roles[role],
  session,
  secretDigest: null,
});

/** Knows people by the cookies of their sessions. */
export class People {
  readonly cookies: SessionCookies;
  readonly #csrfKey: Buffer;
  readonly #sessions: Sessions;
  readonly #users: UserDirectory;

  constructor({ context: { config, masterKey }, sessions, users }: PeoplePorts) {
    this.cookies = new SessionCookies(config);
    this.#csrfKey =
      config.CSRF_SECRET_KEY === undefined ? derivedKey(masterKey, 'csrf') : Buffer.from(config.CSRF_SECRET_KEY);
    this.#sessions = sessions;
    this.#users = users;
  }

  /** What pages send with every change, so that a foreign page, which cannot know it, changes nothing. */
  csrfToken({ digest }: Session): string {
    return createHmac('sha256', this.#csrfKey).update(digest).digest('base64url');
  }

  /** Who asks by a session, or `null`: nobody does. Refuses an ended session where somebody is needed, and forgeries. */
  async identify(asked: Asked, { route, isNeeded }: Wanted): Promise<Principal | null> {
    const changes = !changesNothing.includes(route.method);
    const token = this.cookies.tokenOf(asked);
    // What is open to all and changes something, the login, is no matter of the session before it.
    if (token === null || (changes && route.access === 'public')) return null;
    const session = await this.#sessions.find(token);
    const user = session && this.#users.get(session.userId);
    if (!session || !user || user.epoch !== session.epoch) {
      if (!isNeeded) return null;
      throw new RequestRefused('session_ended');
    }
    if (changes) this.#refuseForgery(session, asked);
    // A WebSocket is opened across origins without asking, and then read.
    if (asked.headers.upgrade !== undefined && this.cookies.said(asked) !== 'own')
      throw new RequestRefused('csrf_refused');
    return personOf(user, session);
  }

  /** Whether a person's sessions of that time still count: a new password ends them, as does being deleted. */
  holds(userId: string, { epoch }: Session): boolean {
    return this.#users.get(userId)?.epoch === epoch;
  }

  /** Whether a session was neither logged out of nor has run out, wherever that was. */
  isOpen({ digest }: Session): Promise<boolean> {
    return this.#sessions.isOpen(digest);
  }

  /** Refuses what a browser says comes from elsewhere. */
  refuseForeign(asked: Asked): void {
    if (this.cookies.said(asked) === 'foreign') throw new RequestRefused('csrf_refused');
  }

  #refuseForgery(session: Session, asked: Asked): void {
    const given = Buffer.from(String(asked.headers['x-csrf-token'] ?? ''));
    const expected = Buffer.from(this.csrfToken(session));
    const isToken = given.length === expected.length && timingSafeEqual(given, expected);
    if (!isToken || this.cookies.said(asked) !== 'own') throw new RequestRefused('csrf_refused');
  }
}
