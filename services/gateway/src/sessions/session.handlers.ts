import { setTimeout as delay } from 'node:timers/promises';
import { roles, userNameKey, type SessionResource, type sessionRoutes } from '@ffapi/contracts';
import type { ServiceContext } from '@ffapi/service-kit';
import {
  msToStep,
  RequestRefused,
  type AnswerFor,
  type Call,
  type CallOf,
  type HandlersOf,
} from '../requests/index.ts';
import { sessionExpiresAt, type Session } from '../identity/index.ts';
import { type User, type UserDirectory, type Passwords, userResourceOf } from '../people/index.ts';
import type { Attempts } from './attempts.state.ts';
import type { AuthEventRecorder } from './auth-events.runner.ts';
import type { SecondFactor } from './second-factor.state.ts';
import type { Sessions } from './sessions.state.ts';
import type { People } from './people.state.ts';

export interface SessionPorts {
  readonly context: ServiceContext;
  readonly people: People;
  readonly users: UserDirectory;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly secondFactor: SecondFactor;
  readonly facts: Pick<AuthEventRecorder, 'note'>;
  /** Tries at passwords, and at codes. */
  readonly logins: Attempts;
  readonly codes: Attempts;
}

const notKept = { 'cache-control': 'no-store' };

/** The person whose session this is, or a refusal of those who came with a key. */
export const loggedIn = ({ users }: SessionPorts, { caller }: Call): { user: User; session: Session } => {
  const user = users.get(caller.keyId);
  if (!caller.session || !user) throw new RequestRefused('session_required');
  return { user, session: caller.session };
};

/** A new session in place of the one that the request came with: its token was never anybody else's. */
export const replaceSession = async (
  { people, sessions }: SessionPorts,
  call: Call,
  user: User,
): Promise<{ session: Session; headers: Record<string, string> }> => {
  const { token, session } = await sessions.begin(user);
  const before = people.cookies.tokenOf(call.request);
  const ended = before === null ? null : await sessions.find(before);
  if (ended) await sessions.end(ended.digest);
  return { session, headers: { ...notKept, 'set-cookie': people.cookies.header(call.request, token) } };
};

const resourceOf = ({ people }: SessionPorts, { caller }: Call, ref: { user: User; session: Session } | null) =>
  ({
    user: ref && userResourceOf(ref.user),
    scopes: [...(ref ? roles[ref.user.role] : caller.scopes)],
    csrf_token: ref && people.csrfToken(ref.session),
    expires_at: ref && sessionExpiresAt(ref.session),
    recovery_codes_left: ref?.user.twoFactor?.recoveryCodes.length ?? null,
  }) satisfies SessionResource;

/** Whoever is behind these credentials, or `null`; how long it takes and what is answered tells not what was wrong. */
const authenticated = async (ports: SessionPorts, call: CallOf<'log_in'>): Promise<User | null> => {
  const { users, passwords, secondFactor, codes } = ports;
  const { username, password, code } = call.body;
  const user = users.named(username);
  const [isPassword, secret] = await Promise.all([
    passwords.verify(user?.passwordHash ?? null, password),
    user?.twoFactor ? secondFactor.secret(user.twoFactor.secretRef) : null,
  ]);
  if (!user || !isPassword) return null;
  if (!secret) return user;
  if (code === undefined) return null;
  const takeBack = await codes.count([user.userId]);
  const isCode = await secondFactor.spend(user, secret, code, {
    by: user.userId,
    requestId: call.requestId,
    origin: call.caller.origin,
  });
  if (!isCode) return null;
  await takeBack();
  return user;
};

/** Longer than any login takes on a machine that is not overrun. */
const refusalStepMs = 250;

const logIn = async (ports: SessionPorts, call: CallOf<'log_in'>): Promise<AnswerFor<'log_in'>> => {
  const { people, users, logins, facts } = ports;
  const startMs = performance.now();
  people.refuseForeign(call.request);
  if (!people.cookies.isPrivate(call.request)) throw new RequestRefused('login_needs_https');
  const { username } = call.body;
  const takeBack = await logins.count([call.caller.ip, userNameKey(username)]);
  const user = await authenticated(ports, call);
  const { origin } = call.caller;
  facts.note({ reason: user ? null : 'wrong_login', apiKeyId: user?.userId ?? null, ...origin });
  if (!user) {
    await delay(msToStep(performance.now() - startMs, refusalStepMs));
    throw new RequestRefused('login_failed');
  }
  await takeBack();
  const { session, headers } = await replaceSession(ports, call, user);
  // A recovery code may just have been used.
  const now = users.get(user.userId) ?? user;
  return { headers, body: resourceOf(ports, call, { user: now, session }) };
};

const changePassword = async (
  ports: SessionPorts,
  call: CallOf<'change_password'>,
): Promise<AnswerFor<'change_password'>> => {
  const { user } = loggedIn(ports, call);
  const { current_password: current, password } = call.body;
  const takeBack = await ports.logins.count([userNameKey(user.name)]);
  if (!(await ports.passwords.verify(user.passwordHash, current))) throw new RequestRefused('login_failed');
  await takeBack();
  const passwordHash = await ports.passwords.hash(password);
  const from = { by: user.userId, requestId: call.requestId, origin: call.caller.origin };
  const changed = await ports.users.order(user.userId, { type: 'ChangePassword', passwordHash }, from);
  if (!changed) throw new RequestRefused('session_ended');
  const { session, headers } = await replaceSession(ports, call, changed);
  return { headers, body: resourceOf(ports, call, { user: changed, session }) };
};

export type SessionHandlers = Omit<HandlersOf<typeof sessionRoutes>, 'two_factor'>;

export const sessionHandlers = (ports: SessionPorts): SessionHandlers => ({
  log_in: (call) => logIn(ports, call),
  log_out: async (call) => {
    const { caller } = call;
    if (caller.session) await ports.sessions.end(caller.session.digest);
    return { status: 204, headers: { ...notKept, 'set-cookie': ports.people.cookies.header(call.request, null) } };
  },
  get_session: async (call) => ({
    headers: notKept,
    body: resourceOf(ports, call, call.caller.session ? loggedIn(ports, call) : null),
  }),
  change_password: (call) => changePassword(ports, call),
});
