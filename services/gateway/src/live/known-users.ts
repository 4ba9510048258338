import { createHash } from 'node:crypto';
import { derivedId, userStream, type RequestOrigin, type UserEvent } from '@ffapi/contracts';
import { handleCommand } from '@ffapi/es';
import { keepUp, type Running, type ServiceContext } from '@ffapi/service-kit';
import { evolveUser, userDecider, type User, type UserCommand } from '../domain/user.decider.ts';

/** Who gives a command, and in which request. */
export interface Ordered {
  readonly by: string;
  readonly requestId: string;
  readonly origin?: RequestOrigin;
}

/** Everyone who can log in, as of now. */
export interface KnownUsers extends Running {
  get(userId: string): User | null;
  /** By the name, in any case. */
  named(name: string): User | null;
  /** By name. */
  list(): readonly User[];
  /** Carries out a command, or refuses; resolves with the user as it then is. */
  order(userId: string, command: UserCommand, from: Ordered): Promise<User | null>;
}

/** The same id for the same name, so that no name is given twice. */
export const userIdOf = (name: string): `user_${string}` =>
  derivedId('user', createHash('sha256').update(name.normalize('NFC').toLowerCase()).digest());

/** Resolves when all users are known; from then on it hears of changes as they are stored. */
export const knowUsers = async (context: ServiceContext): Promise<KnownUsers> => {
  const users = new Map<string, User>();
  const following = await keepUp<UserEvent>(context, {
    streams: ['user.>'],
    apply: (commits) => {
      for (const { events, occurredAt } of commits)
        for (const event of events) {
          const user = evolveUser(users.get(event.data.userId) ?? null, event, occurredAt);
          if (user) users.set(user.userId, user);
        }
    },
  });
  const get = (userId: string): User | null => {
    const user = users.get(userId);
    return user && !user.isDeleted ? user : null;
  };
  return {
    get,
    named: (name) => get(userIdOf(name)),
    list: () =>
      [...users.values()].filter(({ isDeleted }) => !isDeleted).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    order: async (userId, command, { by, requestId, origin }) => {
      const { commit } = await handleCommand(
        context.store,
        userDecider,
        userStream(userId),
        { ...command, userId, by },
        {
          commitId: context.newId('cmd'),
          occurredAt: context.now(),
          correlationId: requestId,
          causationId: requestId,
          origin,
        },
      );
      if (commit) following.take(commit);
      return get(userId);
    },
    stop: () => following.stop(),
  };
};
