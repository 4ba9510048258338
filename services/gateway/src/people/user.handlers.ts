import { createHmac } from 'node:crypto';
import { roles, type Role, type userRoutes } from '@ffapi/contracts';
import { derivedKey, type ServiceContext } from '@ffapi/service-kit';
import type { User } from './user.decider.ts';
import type { UserDirectory } from './user-directory.state.ts';
import type { Passwords } from './passwords.state.ts';
import {
  pageBody,
  replayed,
  underClaim,
  type Idempotency,
  forbidden,
  RequestRefused,
  type Call,
  type CallWithId,
  type HandlersOf,
  type Slice,
} from '../requests/index.ts';
import { userResourceOf } from './user-resource.ts';

export interface UserPorts {
  readonly context: ServiceContext;
  readonly users: UserDirectory;
  readonly passwords: Passwords;
  readonly idempotency: Idempotency;
}

/** A person outlives the bounds of any key, so only an admin lets one in or out, and none who may more than they. */
const refuseOthers = ({ caller }: Call, role: Role): void => {
  if (!caller.isAdmin) throw forbidden('Only an admin lets people in or out.');
  const more = roles[role].find((scope) => !caller.scopes.includes(scope));
  if (more !== undefined) throw forbidden(`A key cannot give more than it has: ${more}.`);
};

const orderedBy = ({ caller: { keyId: by, origin }, requestId }: Call) => ({ by, requestId, origin });

const userHandlers = ({ context, users, passwords, idempotency }: UserPorts): HandlersOf<typeof userRoutes> => {
  const hashKey = derivedKey(context.masterKey, 'idempotency');
  /** The person of the path, whom the caller may see to, and who is not the caller. */
  const another = (call: CallWithId, whyNotOneself: string): User => {
    const user = users.get(call.params.id);
    if (!user) throw new RequestRefused('user_not_found');
    refuseOthers(call, user.role);
    if (user.userId === call.caller.keyId) throw forbidden(whyNotOneself);
    return user;
  };
  return {
    create_user: async (call) => {
      const { name, password, role } = call.body;
      refuseOthers(call, role);
      // What is kept of a request must not help to guess a password.
      const content = { name, role, password: createHmac('sha256', hashKey).update(password).digest('hex') };
      const claim = await idempotency.claim(call, () => context.newId('cmd'), content);
      const known = users.named(name);
      if (known && claim.isReplay) return { headers: replayed(claim), body: userResourceOf(known) };
      return underClaim(claim, async () => {
        if (known) throw new RequestRefused('user_exists');
        const passwordHash = await passwords.hash(password);
        const user = await users.create({ name, role, passwordHash }, orderedBy(call));
        return { headers: replayed(claim), body: userResourceOf(user) };
      });
    },
    list_users: async (call) => {
      const { limit = 50, cursor = '' } = call.query;
      const after = users.list().filter(({ name }) => name > cursor);
      const shown = after.slice(0, limit);
      const next = after.length > shown.length ? (shown.at(-1)?.name ?? null) : null;
      return { body: pageBody(shown.map(userResourceOf), next) };
    },
    reset_user: async (call) => {
      const { userId, twoFactor } = another(
        call,
        'Nobody resets themselves: change your password, or have another do it.',
      );
      const passwordHash = await passwords.hash(call.body.password);
      await users.order(userId, { type: 'DisableTwoFactor' }, orderedBy(call));
      const user = await users.order(userId, { type: 'ChangePassword', passwordHash }, orderedBy(call));
      if (!user) throw new RequestRefused('user_not_found');
      if (twoFactor) await context.secrets.delete(twoFactor.secretRef);
      return { body: userResourceOf(user) };
    },
    delete_user: async (call) => {
      const user = another(call, 'Nobody deletes themselves: have another do it.');
      await users.order(user.userId, { type: 'DeleteUser' }, orderedBy(call));
      for (const ref of [user.twoFactor?.secretRef, user.begunSecretRef]) if (ref) await context.secrets.delete(ref);
      return { status: 204 };
    },
  };
};

export const openPeople = (ports: UserPorts): Slice<HandlersOf<typeof userRoutes>> => ({
  handlers: userHandlers(ports),
});
