import { createHash } from 'node:crypto';
import {
  userAggregate,
  derivedId,
  userNameKey,
  userStream,
  type Id,
  type RequestOrigin,
  type Role,
  type UserEvent,
} from '@ffapi/contracts';
import { Refusal, type EventUnknown } from '@ffapi/es';
import { commander, followIntoMemory, type Running, type ServiceContext } from '@ffapi/service-kit';
import { evolveUser, userDecider, type User, type UserCommand } from './user.decider.ts';

/** Who gives a command, and in which request. */
export interface Ordered {
  readonly by: string;
  readonly requestId: string;
  readonly origin?: RequestOrigin;
}

export interface NewUser {
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
}

/** Everyone who can log in, as of now. */
export interface UserDirectory extends Running {
  get(userId: string): User | null;
  /** By the name, in any case. */
  named(name: string): User | null;
  /** By name. */
  list(): readonly User[];
  /** Makes a person, or refuses; never one of the id of somebody who was there before. */
  create(person: NewUser, from: Ordered): Promise<User>;
  /** Carries out a command, or refuses; resolves with the user as it then is. */
  order(userId: string, command: UserCommand, from: Ordered): Promise<User | null>;
}

const digestId = (text: string): Id<'user'> => derivedId('user', createHash('sha256').update(text).digest());

/** What ids of people of this name are made from; the second, where names were compared as they were written. */
const keysOf = (name: string): readonly string[] => [
  ...new Set([userNameKey(name), name.normalize('NFC').toLowerCase()]),
];

/** The same id for the same name, so that no name is given twice; another one for whoever has the name after others. */
const userIdOf = (key: string, predecessors: number): Id<'user'> =>
  digestId(predecessors === 0 ? key : `${key}\n${predecessors}`);

/** Resolves when all users are known; from then on it hears of changes as they are stored. */
export const followUsers = async (context: ServiceContext): Promise<UserDirectory> => {
  const users = new Map<string, User>();
  let unknown: EventUnknown | null = null;
  const following = await followIntoMemory<UserEvent>(context, {
    streams: [userAggregate.pattern],
    apply: (commits) => {
      for (const { events, occurredAt } of commits)
        for (const event of events) {
          const user = evolveUser(users.get(event.data.userId) ?? null, event, occurredAt);
          if (user) users.set(user.userId, user);
        }
    },
    onUnknown: (error) => (unknown = error),
  });
  const get = (userId: string): User | null => {
    // Somebody may have been deleted since.
    if (unknown) throw unknown;
    const user = users.get(userId);
    return user && !user.isDeleted ? user : null;
  };
  /** How many have had this name and are gone. */
  const predecessorsOf = (key: string): number => {
    let count = 0;
    while (users.get(userIdOf(key, count))?.isDeleted === true) count++;
    return count;
  };
  const named = (name: string): User | null => {
    for (const key of keysOf(name)) {
      const user = get(userIdOf(key, predecessorsOf(key)));
      if (user) return user;
    }
    return null;
  };
  const decide = commander(context, userDecider, userStream);
  const order: UserDirectory['order'] = async (userId, command, { by, requestId, origin }) => {
    const cause = { correlationId: requestId, causationId: requestId, origin };
    const { commit } = await decide(userId, { ...command, userId, by }, cause);
    if (commit) following.take(commit);
    return get(userId);
  };
  const create: UserDirectory['create'] = async (person, from) => {
    const key = userNameKey(person.name);
    for (let predecessors = predecessorsOf(key); ; predecessors++) {
      try {
        const user = await order(userIdOf(key, predecessors), { type: 'CreateUser', ...person }, from);
        if (user) return user;
      } catch (error) {
        // Another process has heard earlier that somebody of this name is gone.
        if (!(error instanceof Refusal && error.code === 'user_not_found')) throw error;
      }
    }
  };
  return {
    get,
    named,
    create,
    order,
    list: () =>
      [...users.values()].filter(({ isDeleted }) => !isDeleted).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    stop: () => following.stop(),
  };
};
