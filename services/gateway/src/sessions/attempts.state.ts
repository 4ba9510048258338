import { type Counters, RequestRefused } from '../requests/index.ts';

const attemptsMax = 5;
const windowSeconds = 15 * 60;

/** Tries at something secret that have not succeeded: five in a quarter of an hour, in all replicas together. */
export class Attempts {
  readonly #counters: Counters;
  readonly #what: string;

  constructor(counters: Counters, what: string) {
    this.#counters = counters;
    this.#what = what;
  }

  /** Counts a try before it is looked at, for each of these; refuses one too many. Resolves with the way to take it back. */
  async count(ref: readonly string[]): Promise<() => Promise<void>> {
    for (const each of ref) await this.#countOne(each);
    return async () => {
      for (const each of ref) await this.#counters.takeBack({ what: this.#what, of: each, windowSeconds });
    };
  }

  async #countOne(ref: string): Promise<void> {
    const { isOver, secondsLeft } = await this.#counters.spend(
      { what: this.#what, of: ref, windowSeconds },
      attemptsMax,
    );
    if (!isOver) return;
    throw new RequestRefused('rate_limited', {
      detail: `${attemptsMax} tries in ${windowSeconds / 60} minutes are taken here.`,
      retryAfterSeconds: secondsLeft,
    });
  }
}
