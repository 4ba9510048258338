import type { AuthFailureReason } from '@ffapi/contracts';

/** One authentication, as far as it is told. */
export interface AuthFact {
  readonly apiKeyId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** `null`: it succeeded. */
  readonly reason: AuthFailureReason | null;
}

/** Authentications that are alike, to be told together. */
export interface AuthCount {
  readonly fact: AuthFact;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface TallyRules {
  /** After it was told, a fact's repeats are counted for this long before they are told. */
  readonly holdMs: number;
  /** Facts beyond these are counted together, so that no number of callers fills the memory. */
  readonly factsMax: number;
}

interface Entry {
  readonly fact: AuthFact;
  count: number;
  firstMs: number;
  lastMs: number;
  dueMs: number;
}

/** A caller who changes browsers is still the caller. */
const nameOf = ({ reason, apiKeyId, ip, userAgent }: AuthFact): string =>
  JSON.stringify(reason === null ? [apiKeyId, ip] : [reason, apiKeyId, ip, userAgent]);

/** Counts authentications in bounded memory: the first of its kind is told at once, its repeats now and then. */
export class AuthTally {
  readonly #rules: TallyRules;
  readonly #entries = new Map<string, Entry>();

  constructor(rules: TallyRules) {
    this.#rules = rules;
  }

  note(fact: AuthFact, nowMs: number): void {
    const entry = this.#entryOf(fact, nowMs);
    if (entry.count === 0) entry.firstMs = nowMs;
    entry.count++;
    entry.lastMs = nowMs;
  }

  /** At most so many of the counts that are due, which begin anew; all of them when `nowMs` is `Infinity`. */
  take(nowMs: number, countsMax: number): AuthCount[] {
    const taken: AuthCount[] = [];
    for (const [name, entry] of this.#entries) {
      if (taken.length === countsMax) break;
      if (entry.dueMs > nowMs) continue;
      const { fact, count, firstMs, lastMs } = entry;
      if (count === 0) this.#entries.delete(name);
      else {
        taken.push({ fact, count, firstMs, lastMs });
        Object.assign(entry, { count: 0, dueMs: nowMs + this.#rules.holdMs });
      }
    }
    return taken;
  }

  #entryOf(fact: AuthFact, nowMs: number): Entry {
    const known = this.#entries.get(nameOf(fact));
    if (known) return known;
    const isOther = this.#entries.size >= this.#rules.factsMax;
    const kept = isOther ? { reason: fact.reason, apiKeyId: null, ip: null, userAgent: null } : fact;
    const name = nameOf(kept);
    const entry = this.#entries.get(name) ?? { fact: kept, count: 0, firstMs: nowMs, lastMs: nowMs, dueMs: nowMs };
    this.#entries.set(name, entry);
    return entry;
  }
}
