import type { Role, UserEvent } from '@ffapi/contracts';
import { evolveBy, ifThere, refuse, type Decider } from '@ffapi/es';

export interface User {
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly createdAt: string;
  /** Counts up with whatever ends all sessions of before. */
  readonly epoch: number;
  readonly twoFactor: { readonly secretRef: string; readonly recoveryCodes: readonly string[] } | null;
  /** A secret that no code was shown for yet. */
  readonly begunSecretRef: string | null;
  readonly isDeleted: boolean;
}

/** What can be asked of a user; hashes, digests and references come from outside. */
export type UserCommand =
  | { readonly type: 'CreateUser'; readonly name: string; readonly role: Role; readonly passwordHash: string }
  | { readonly type: 'ChangePassword'; readonly passwordHash: string }
  | { readonly type: 'BeginTwoFactor'; readonly secretRef: string }
  /** The secret is named, so that a code for it never turns on another. */
  | { readonly type: 'EnableTwoFactor'; readonly secretRef: string; readonly recoveryCodes: readonly string[] }
  | { readonly type: 'DisableTwoFactor' }
  | { readonly type: 'MakeRecoveryCodes'; readonly recoveryCodes: readonly string[] }
  | { readonly type: 'UseRecoveryCode'; readonly digest: string }
  | { readonly type: 'DeleteUser' };

/** A command and who gives it, about which user. */
export type UserOrder = UserCommand & { readonly userId: string; readonly by: string };

const decideKnown = (order: Exclude<UserOrder, { type: 'CreateUser' }>, user: User): readonly UserEvent[] => {
  const { userId, by } = order;
  const version = 1;
  const { twoFactor, begunSecretRef } = user;
  switch (order.type) {
    case 'ChangePassword':
      return [{ type: 'UserPasswordChanged', version, data: { userId, by, passwordHash: order.passwordHash } }];
    case 'BeginTwoFactor':
      if (twoFactor) return refuse('two_factor_state');
      return [{ type: 'UserTwoFactorBegun', version, data: { userId, by, secretRef: order.secretRef } }];
    case 'EnableTwoFactor': {
      const { secretRef, recoveryCodes } = order;
      if (twoFactor || begunSecretRef !== secretRef) return refuse('two_factor_state');
      const data = { userId, by, secretRef, recoveryCodes: [...recoveryCodes] };
      return [{ type: 'UserTwoFactorEnabled', version, data }];
    }
    case 'DisableTwoFactor':
      return twoFactor ? [{ type: 'UserTwoFactorDisabled', version, data: { userId, by } }] : [];
    case 'MakeRecoveryCodes': {
      if (!twoFactor) return refuse('two_factor_state');
      const data = { userId, by, recoveryCodes: [...order.recoveryCodes] };
      return [{ type: 'UserRecoveryCodesMade', version, data }];
    }
    case 'UseRecoveryCode':
      if (!twoFactor?.recoveryCodes.includes(order.digest)) return refuse('code_invalid');
      return [{ type: 'UserRecoveryCodeUsed', version, data: { userId, by, digest: order.digest } }];
    case 'DeleteUser':
      return [{ type: 'UserDeleted', version, data: { userId, by } }];
  }
};

const decide = (order: UserOrder, user: User | null): readonly UserEvent[] => {
  const isThere = user !== null && !user.isDeleted;
  if (order.type !== 'CreateUser') return isThere ? decideKnown(order, user) : refuse('user_not_found');
  if (isThere) return refuse('user_exists');
  // Whoever comes next under the name is somebody else, and gets an id of their own.
  if (user !== null) return refuse('user_not_found');
  const { type: _, ...data } = order;
  return [{ type: 'UserCreated', version: 1, data }];
};

/** The user after one more event; `at` is when that was. */
export const evolveUser = evolveBy<UserEvent, User | null, [at: string]>({
  UserCreated: (user, created, at) => {
    const { by: _, ...data } = created;
    const epoch = (user?.epoch ?? 0) + 1;
    return { ...data, createdAt: at, epoch, twoFactor: null, begunSecretRef: null, isDeleted: false };
  },
  UserPasswordChanged: ifThere((user, { passwordHash }) => ({ ...user, passwordHash, epoch: user.epoch + 1 })),
  UserTwoFactorBegun: ifThere((user, { secretRef }) => ({ ...user, begunSecretRef: secretRef })),
  UserTwoFactorEnabled: ifThere((user, { secretRef, recoveryCodes }) => {
    return { ...user, twoFactor: { secretRef, recoveryCodes }, begunSecretRef: null, epoch: user.epoch + 1 };
  }),
  UserTwoFactorDisabled: ifThere((user) => ({ ...user, twoFactor: null })),
  UserRecoveryCodesMade: ifThere((user, { recoveryCodes }) => ({
    ...user,
    twoFactor: user.twoFactor && { ...user.twoFactor, recoveryCodes },
  })),
  UserRecoveryCodeUsed: ifThere((user, { digest }) => {
    const recoveryCodes = user.twoFactor?.recoveryCodes.filter((code) => code !== digest) ?? [];
    return { ...user, twoFactor: user.twoFactor && { ...user.twoFactor, recoveryCodes } };
  }),
  UserDeleted: ifThere((user) => ({ ...user, isDeleted: true, twoFactor: null, epoch: user.epoch + 1 })),
});

/** A person who can log in: password and second factor, and what ends their sessions. */
export const userDecider: Decider<UserOrder, UserEvent, User | null> = {
  initialState: null,
  decide,
  evolve: (user, event) => evolveUser(user, event, ''),
};
