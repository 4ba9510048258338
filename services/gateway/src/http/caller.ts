import type { Actor, Scope } from '@ffapi/contracts';
import type { Session } from '../live/sessions.ts';

/** Who asks. */
export interface Caller extends Actor {
  readonly isAnonymous: boolean;
  readonly scopes: readonly Scope[];
  readonly ip: string;
  /** Of a person who is logged in; `null`: a key, or nobody. */
  readonly session: Session | null;
}

export type Who = Omit<Caller, 'ip'>;
