import { createHash, randomBytes } from 'node:crypto';
import { openBucket } from '@ffapi/bus';
import type { KV } from '@nats-io/kv';
import type { ServiceContext } from '@ffapi/service-kit';
import { idleMs, isNoteDue, isSessionAlive, type Session, type StoredSession } from '../identity/index.ts';
import type { User } from '../people/index.ts';

const tokenShape = /^[A-Za-z0-9_-]{43}$/;
const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Sessions of people in a bucket that all replicas share; only digests of their tokens are kept. */
export class Sessions {
  readonly #context: Pick<ServiceContext, 'now' | 'log'>;
  readonly #bucket: KV;

  private constructor(context: ServiceContext, bucket: KV) {
    this.#context = context;
    this.#bucket = bucket;
  }

  static async open(context: ServiceContext): Promise<Sessions> {
    const bucket = await openBucket(context.connection, 'SESSIONS', { history: 1, ttl: idleMs });
    return new Sessions(context, bucket);
  }

  /** A new session of a user, with the token that stands for it: 256 random bits. */
  async begin({ userId, epoch }: User): Promise<{ token: string; session: Session }> {
    const token = randomBytes(32).toString('base64url');
    const now = this.#context.now();
    const stored: StoredSession = { userId, epoch, createdAt: now, seenAt: now };
    const session = { ...stored, digest: digestOf(token) };
    await this.#bucket.create(session.digest, JSON.stringify(stored));
    return { token, session };
  }

  /** The session of a token, which is then in use; `null`: there is none, or none any more. */
  async find(token: string): Promise<Session | null> {
    if (!tokenShape.test(token)) return null;
    const digest = digestOf(token);
    const entry = await this.#bucket.get(digest);
    if (entry?.operation !== 'PUT') return null;
    const stored = entry.json<StoredSession>();
    const now = this.#context.now();
    if (!isSessionAlive(stored, now)) return null;
    if (!isNoteDue(stored, now)) return { ...stored, digest };
    const seen = { ...stored, seenAt: now };
    // By revision: a session that was ended meanwhile does not come back by this.
    await this.#bucket.update(digest, JSON.stringify(seen), entry.revision).catch((err: unknown) => {
      this.#context.log.debug({ err }, 'use of a session not noted');
    });
    return { ...seen, digest };
  }

  /** Whether the session of this digest goes on; to ask is not to use it. */
  async isOpen(digest: string): Promise<boolean> {
    const entry = await this.#bucket.get(digest);
    return entry?.operation === 'PUT' && isSessionAlive(entry.json<StoredSession>(), this.#context.now());
  }

  async end(digest: string): Promise<void> {
    await this.#bucket.purge(digest);
  }
}
