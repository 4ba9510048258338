import type { Actor, RequestOrigin, Scope } from '@ffapi/contracts';
import type { Session } from './session.ts';

/** Who asks, and from where. */
export interface Caller extends Actor {
  readonly isAnonymous: boolean;
  readonly scopes: readonly Scope[];
  readonly ip: string;
  readonly origin: RequestOrigin;
  /** Of a person who is logged in; `null`: a key, or nobody. */
  readonly session: Session | null;
  /** What the secret that was shown hashes to; `null`: none was. */
  readonly secretDigest: string | null;
}

export type Principal = Omit<Caller, 'ip' | 'origin'>;

/** The caller as other services are told of them. */
export const actorOf = ({ keyId, isAdmin, origin }: Caller): Actor => ({ keyId, isAdmin, origin });
