import { derivedKey, pepperOf, type ServiceContext } from '@ffapi/service-kit';
import { Attempts } from './attempts.state.ts';
import type { AuthEventRecorder } from './auth-events.runner.ts';
import type { Counters } from '../requests/index.ts';
import { followUsers, type UserDirectory, Passwords } from '../people/index.ts';
import { SecondFactor } from './second-factor.state.ts';
import { Sessions } from './sessions.state.ts';
import { People } from './people.state.ts';
import type { SessionPorts } from './session.handlers.ts';

/** Makes the first person, when the operator names one who is not there. */
const makeFirst = async (
  { config, newId }: ServiceContext,
  users: UserDirectory,
  passwords: Passwords,
): Promise<void> => {
  const { LOGIN_USERNAME: name, LOGIN_PASSWORD: password } = config;
  if (name === undefined || password === undefined || users.named(name)) return;
  const passwordHash = await passwords.hash(password);
  const person = { name, role: 'admin', passwordHash } as const;
  await users.create(person, { by: 'start', requestId: newId('req') }).catch((error: unknown) => {
    // Another process was first.
    if (!users.named(name)) throw error;
  });
};

/** What people log in with. */
export const openLoginParts = async (
  context: ServiceContext,
  { counters, facts }: { readonly counters: Counters; readonly facts: Pick<AuthEventRecorder, 'note'> },
): Promise<SessionPorts> => {
  const pepper = pepperOf(context.config, context.masterKey);
  const users = await followUsers(context);
  const passwords = new Passwords(derivedKey(pepper, 'passwords'));
  const sessions = await Sessions.open(context);
  await makeFirst(context, users, passwords);
  return {
    context,
    facts,
    users,
    sessions,
    passwords,
    people: new People({ context, sessions, users }),
    secondFactor: await SecondFactor.open(context, users, derivedKey(pepper, 'recovery-codes')),
    logins: new Attempts(counters, 'login'),
    codes: new Attempts(counters, 'totp'),
  };
};
