import type { Counters } from './counters.ts';
import { RequestRefused } from '../http/problem.ts';

const attemptsMax = 5;
const windowSeconds = 15 * 60;
const usedUpMax = 10_000;

/** Tries at something secret that have not succeeded: five in a quarter of an hour, in all replicas together. */
export class Attempts {
  readonly #counters: Counters;
  readonly #what: string;
  /** Those who have none left, and until when: what they ask further is not counted. */
  readonly #usedUp = new Map<string, number>();

  constructor(counters: Counters, what: string) {
    this.#counters = counters;
    this.#what = what;
  }

  /** Counts a try before it is looked at, for each of these; refuses one too many. Resolves with the way to take it back. */
  async count(of: readonly string[]): Promise<() => Promise<void>> {
    for (const each of of) await this.#countOne(each);
    return async () => {
      for (const each of of) await this.#counters.takeBack({ what: this.#what, of: each, windowSeconds });
    };
  }

  async #countOne(of: string): Promise<void> {
    const leftMs = (this.#usedUp.get(of) ?? 0) - performance.now();
    if (leftMs > 0) return refuseFor(Math.ceil(leftMs / 1000));
    const { total, secondsLeft } = await this.#counters.add({ what: this.#what, of, windowSeconds });
    if (total <= attemptsMax) return;
    if (this.#usedUp.size > usedUpMax) this.#usedUp.clear();
    this.#usedUp.set(of, performance.now() + secondsLeft * 1000);
    refuseFor(secondsLeft);
  }
}

const refuseFor = (seconds: number): never => {
  throw new RequestRefused('rate_limited', {
    detail: `${attemptsMax} tries in ${windowSeconds / 60} minutes are taken here.`,
    retryAfterSeconds: seconds,
  });
};
