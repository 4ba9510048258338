import type { UserResource } from '@ffapi/contracts';
import type { User } from './user.decider.ts';

export const userResourceOf = ({ userId: id, name, role, twoFactor, createdAt }: User): UserResource => ({
  id,
  name,
  role,
  two_factor: twoFactor !== null,
  created_at: createdAt,
});
