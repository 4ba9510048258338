import type { Actor } from './request-shapes.ts';

type Asking = Pick<Actor, 'keyId' | 'isAdmin'>;

/** Whether what belongs to a key may be seen: by that key, and by admins; for all others it is not there. */
export const maySee = ({ keyId, isAdmin }: Asking, apiKeyId: string): boolean => isAdmin || apiKeyId === keyId;

/** The condition under which lists hold what may be seen. */
export const visibleTo = ({ keyId, isAdmin }: Asking): Readonly<Record<string, string>> =>
  isAdmin ? {} : { apiKeyId: keyId };
