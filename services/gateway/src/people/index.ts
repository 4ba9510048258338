export { Passwords } from './passwords.state.ts';
export { type UserDirectory, followUsers, type Ordered } from './user-directory.state.ts';
export { userResourceOf } from './user-resource.ts';
export type { User } from './user.decider.ts';
export { openPeople } from './user.handlers.ts';
