import { createHash } from 'node:crypto';
import { openCounters, type AddOne } from '@ffapi/bus';
import type { ServiceContext } from '@ffapi/service-kit';

export interface Count {
  readonly total: number;
  /** Until the window ends. */
  readonly secondsLeft: number;
}

export interface Counted {
  readonly what: string;
  /** Whose: a key, an address, a name. */
  readonly of: string;
  readonly windowSeconds: number;
}

const windowMsMax = 3_600_000;

/** Counts in windows of the clock, exactly and for all replicas; while the broker is away each process for itself. */
export class Counters {
  readonly #context: Pick<ServiceContext, 'log' | 'now'>;
  readonly #addOne: AddOne;
  readonly #own = new Map<string, number>();

  private constructor(context: ServiceContext, addOne: AddOne) {
    this.#context = context;
    this.#addOne = addOne;
  }

  static async open(context: ServiceContext): Promise<Counters> {
    return new Counters(context, await openCounters(context.connection, { keptMs: 2 * windowMsMax }));
  }

  /** Adds one; `total` is what all replicas have counted in this window. */
  async add({ what, of, windowSeconds }: Counted): Promise<Count> {
    const nowMs = Date.parse(this.#context.now());
    const window = Math.floor(nowMs / 1000 / windowSeconds);
    const secondsLeft = Math.max(1, Math.ceil((window + 1) * windowSeconds - nowMs / 1000));
    const subject = `${what}.${digest(of)}.${window}`;
    return { total: await this.#addTo(subject), secondsLeft };
  }

  async #addTo(subject: string): Promise<number> {
    try {
      return await this.#addOne(subject);
    } catch (err) {
      this.#context.log.debug({ err }, 'counting alone');
      return this.#countAlone(subject);
    }
  }

  #countAlone(subject: string): number {
    const total = (this.#own.get(subject) ?? 0) + 1;
    if (this.#own.size > 10_000) this.#own.clear();
    this.#own.set(subject, total);
    return total;
  }
}

const digest = (of: string): string => createHash('sha256').update(of).digest('base64url').slice(0, 22);
