import { createHash } from 'node:crypto';
import { openCounters, type AddTo } from '@ffapi/bus';
import type { ServiceContext } from '@ffapi/service-kit';

export interface Spent {
  readonly isOver: boolean;
  readonly remaining: number;
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
const rememberedMax = 10_000;

interface UsedUp {
  readonly limit: number;
  readonly untilMs: number;
}

/** Counts in windows of the clock, exactly and for all replicas; while the broker is away each process for itself. */
export class Counters {
  readonly #context: Pick<ServiceContext, 'log' | 'now'>;
  readonly #addTogether: AddTo;
  readonly #own = new Map<string, number>();
  readonly #usedUp = new Map<string, UsedUp>();

  private constructor(context: ServiceContext, addTogether: AddTo) {
    this.#context = context;
    this.#addTogether = addTogether;
  }

  static async open(context: ServiceContext): Promise<Counters> {
    return new Counters(context, await openCounters(context.connection, { keptMs: 2 * windowMsMax }));
  }

  /** Adds one, held to a limit; of those who have used it up no more is counted: it would tell nothing new. */
  async spend(counted: Counted, limit: number): Promise<Spent> {
    const name = `${counted.what} ${counted.of}`;
    const used = this.#usedUp.get(name);
    const leftMs = used?.limit === limit ? used.untilMs - performance.now() : 0;
    if (leftMs > 0) return { isOver: true, remaining: 0, secondsLeft: Math.ceil(leftMs / 1000) };
    const { total, secondsLeft } = await this.#change(counted, 1);
    if (total <= limit) return { isOver: false, remaining: limit - total, secondsLeft };
    if (this.#usedUp.size > rememberedMax) this.#usedUp.clear();
    this.#usedUp.set(name, { limit, untilMs: performance.now() + secondsLeft * 1000 });
    return { isOver: true, remaining: 0, secondsLeft };
  }

  /** Takes one away again, of the window that runs now. */
  async takeBack(counted: Counted): Promise<void> {
    await this.#change(counted, -1);
  }

  async #change({ what, of, windowSeconds }: Counted, by: 1 | -1): Promise<{ total: number; secondsLeft: number }> {
    const nowMs = Date.parse(this.#context.now());
    const window = Math.floor(nowMs / 1000 / windowSeconds);
    const secondsLeft = Math.max(1, Math.ceil((window + 1) * windowSeconds - nowMs / 1000));
    const subject = `${what}.${digest(of)}.${window}`;
    return { total: await this.#addTo(subject, by), secondsLeft };
  }

  async #addTo(subject: string, by: 1 | -1): Promise<number> {
    try {
      return await this.#addTogether(subject, by);
    } catch (err) {
      this.#context.log.debug({ err }, 'counting alone');
      return this.#countAlone(subject, by);
    }
  }

  #countAlone(subject: string, by: 1 | -1): number {
    const total = (this.#own.get(subject) ?? 0) + by;
    if (this.#own.size > rememberedMax) this.#own.clear();
    this.#own.set(subject, total);
    return total;
  }
}

const digest = (ref: string): string => createHash('sha256').update(ref).digest('base64url').slice(0, 22);
