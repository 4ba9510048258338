import type { Priority } from '@ffapi/contracts';

export interface Arrival {
  readonly jobId: string;
  readonly apiKeyId: string;
  readonly priority: Priority;
  /** A task of it has run already: it goes on, whatever the limit has become. */
  readonly hasBegun: boolean;
}

const order: readonly Priority[] = ['high', 'normal', 'low'];

/** The jobs of one key: those with a place, and those that wait for one, first come first served in each priority. */
class KeyJobs {
  readonly places = new Set<string>();
  readonly waiting = new Map<Priority, Set<string>>(order.map((priority) => [priority, new Set()]));

  forget(jobId: string): void {
    this.places.delete(jobId);
    for (const lane of this.waiting.values()) lane.delete(jobId);
  }

  get isEmpty(): boolean {
    return this.places.size === 0 && order.every((priority) => this.waiting.get(priority)?.size === 0);
  }
}

/** Lets in as many jobs of a key as it may have at work at a time; the others wait outside of every queue. */
export class KeyGate {
  readonly #keys = new Map<string, KeyJobs>();
  readonly #limitOf: (apiKeyId: string) => number;

  /** `limitOf`: jobs at a time, `Infinity` for as many as there are; it may change at any moment. */
  constructor(limitOf: (apiKeyId: string) => number) {
    this.#limitOf = limitOf;
  }

  /** Whether the job has a place now; otherwise it waits for one. */
  enter({ jobId, apiKeyId, priority, hasBegun }: Arrival): boolean {
    const jobs = this.#of(apiKeyId);
    if (jobs.places.has(jobId)) return true;
    if (!hasBegun && (jobs.places.size >= this.#limitOf(apiKeyId) || this.#isBehind(jobs, jobId))) {
      jobs.waiting.get(priority)?.add(jobId);
      return false;
    }
    jobs.forget(jobId);
    jobs.places.add(jobId);
    return true;
  }

  leave(jobId: string, apiKeyId: string): void {
    const jobs = this.#keys.get(apiKeyId);
    jobs?.forget(jobId);
    if (jobs?.isEmpty) this.#keys.delete(apiKeyId);
  }

  /** Gives a place to the next that waits, if there is one; `null` when nobody waits or nothing is free. */
  next(apiKeyId: string): string | null {
    const jobs = this.#keys.get(apiKeyId);
    if (!jobs || jobs.places.size >= this.#limitOf(apiKeyId)) return null;
    for (const priority of order) {
      const [jobId] = jobs.waiting.get(priority) ?? [];
      if (jobId === undefined) continue;
      jobs.forget(jobId);
      jobs.places.add(jobId);
      return jobId;
    }
    return null;
  }

  isWaiting(jobId: string, apiKeyId: string): boolean {
    return order.some((priority) => this.#keys.get(apiKeyId)?.waiting.get(priority)?.has(jobId));
  }

  /** Nobody overtakes those who wait: they are called by `next`. */
  #isBehind(jobs: KeyJobs, jobId: string): boolean {
    return order.some((priority) => {
      const lane = jobs.waiting.get(priority);
      return lane !== undefined && lane.size > (lane.has(jobId) ? 1 : 0);
    });
  }

  #of(apiKeyId: string): KeyJobs {
    const known = this.#keys.get(apiKeyId);
    if (known) return known;
    const jobs = new KeyJobs();
    this.#keys.set(apiKeyId, jobs);
    return jobs;
  }
}
