import {
  keyAggregate,
  userAggregate,
  defaultQuota,
  noQuota,
  type KeyEvent,
  type Quota,
  type Role,
  type UserEvent,
} from '@ffapi/contracts';
import type { RecordedCommit } from '@ffapi/es';
import { evolveKey, quotaOf, type ApiKey } from './key-state.ts';

const isOfUser = (event: RingEvent): event is UserEvent => 'userId' in event.data;

/** The streams that a ring is folded from. */
export const ringStreams = [keyAggregate.pattern, userAggregate.pattern];
export type RingEvent = KeyEvent | UserEvent;

/**
 * All API keys in memory, folded from their events: by id, and by the digest of each secret that works. Of people who
 * log in, it knows the role, which says how much they may use.
 */
export class KeyRing {
  readonly #keys = new Map<string, ApiKey>();
  readonly #byDigest = new Map<string, string>();
  readonly #people = new Map<string, Role>();
  #closed: Error | null = null;

  /** Takes commits of `ringStreams` in the order of each stream. */
  apply(commits: readonly RecordedCommit<RingEvent>[]): void {
    for (const { events, occurredAt } of commits)
      for (const event of events)
        if (!isOfUser(event)) this.#take(event, occurredAt);
        else if (event.type === 'UserCreated') this.#people.set(event.data.userId, event.data.role);
  }

  /** From now on nobody is let in: what was written since is not known here, such as that a key was revoked. */
  close(error: Error): void {
    this.#closed = error;
  }

  get(keyId: string): ApiKey | null {
    return this.#keys.get(keyId) ?? null;
  }

  /**
   * The key of a digest, unless that secret has been replaced, or the key revoked or expired. A digest under a secret
   * pepper cannot be aimed, so that how long the look-up takes tells nothing. Throws when the ring was closed.
   */
  find(digest: string, now: string): ApiKey | null {
    if (this.#closed) throw this.#closed;
    const key = this.get(this.#byDigest.get(digest) ?? '');
    if (!key || key.isRevoked || (key.expiresAt !== null && key.expiresAt <= now)) return null;
    if (key.secret.digest === digest) return key;
    return key.previous?.secret.digest === digest && key.previous.until > now ? key : null;
  }

  /** Those that were not revoked, oldest first. */
  list(): ApiKey[] {
    return [...this.#keys.values()]
      .filter(({ isRevoked }) => !isRevoked)
      .toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1));
  }

  /** Whether a key was made by another, or by one that the other made. */
  descends(keyId: string, ancestorId: string): boolean {
    const seen = new Set<string>();
    for (let key = this.get(keyId); key && !seen.has(key.keyId); key = this.get(key.createdBy)) {
      if (key.createdBy === ancestorId) return true;
      seen.add(key.keyId);
    }
    return false;
  }

  /** How much the tenant of this id may use; the first admin key, which has no events, as much as there is. */
  quotaOf(tenantId: string): Quota {
    const key = this.get(tenantId);
    if (key) return quotaOf(key);
    const role = this.#people.get(tenantId);
    return role === undefined || role === 'admin' ? noQuota : defaultQuota;
  }

  #take(event: KeyEvent, at: string): void {
    const { keyId } = event.data;
    const before = this.get(keyId);
    const key = evolveKey(before, event, at);
    if (!key) return;
    this.#keys.set(keyId, key);
    if (key.secret !== before?.secret) this.#byDigest.set(key.secret.digest, keyId);
    if (before?.previous && key.previous !== before.previous) this.#byDigest.delete(before.previous.secret.digest);
    if (key.isRevoked) for (const each of [key.secret, key.previous?.secret]) this.#byDigest.delete(each?.digest ?? '');
  }
}
