import { Pool } from 'undici';
import { dialChecked, type GuardRules } from './dial.ts';

/** Shorter than servers commonly keep a silent connection, so that a call seldom meets one that is being closed. */
const keepAliveMs = 2_000;
const connectMsMax = 15_000;

/**
 * Kept connections by origin. Each was dialled to a checked address and goes nowhere else; it is used again as long as
 * calls follow each other closely.
 */
export class Connections {
  readonly #rules: GuardRules;
  readonly #pools = new Map<string, { readonly pool: Pool; users: number }>();

  constructor(rules: GuardRules) {
    this.#rules = rules;
  }

  /** Runs with the connections of the URL's origin; they are forgotten when nobody uses them and all are closed. */
  async with<T>(url: URL, work: (pool: Pool) => Promise<T>): Promise<T> {
    const entry = this.#entryOf(url);
    entry.users++;
    try {
      return await work(entry.pool);
    } finally {
      entry.users--;
      this.#forgetIfIdle(url.origin);
    }
  }

  async close(): Promise<void> {
    const open = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(open.map(({ pool }) => pool.destroy()));
  }

  #entryOf(url: URL): { readonly pool: Pool; users: number } {
    const known = this.#pools.get(url.origin);
    if (known) return known;
    const pool = new Pool(url.origin, {
      connect: (_options, callback) => {
        dialChecked(url, this.#rules, AbortSignal.timeout(connectMsMax)).then(
          (socket) => callback(null, socket),
          (error: unknown) => callback(error as Error, null),
        );
      },
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      headersTimeout: 0,
      bodyTimeout: 0,
      pipelining: 1,
      allowH2: false,
    });
    pool.on('disconnect', () => this.#forgetIfIdle(url.origin));
    const entry = { pool, users: 0 };
    this.#pools.set(url.origin, entry);
    return entry;
  }

  #forgetIfIdle(origin: string): void {
    const entry = this.#pools.get(origin);
    if (!entry || entry.users > 0 || entry.pool.stats.connected > 0) return;
    this.#pools.delete(origin);
    entry.pool.destroy().catch(() => {});
  }
}
