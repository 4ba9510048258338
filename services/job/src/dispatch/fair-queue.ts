import type { Priority } from '@ffapi/contracts';

export interface Queued {
  readonly id: string;
  readonly pool: string;
  readonly priority: Priority;
  readonly apiKeyId: string;
}

const weights: readonly [Priority, number][] = [
  ['high', 8],
  ['normal', 3],
  ['low', 1],
];

/** One priority of one pool: a queue per key, taken in turn, so that one tenant's flood delays only itself. */
class Lane<T extends Queued> {
  readonly #keys = new Map<string, T[]>();

  push(item: T): void {
    const queue = this.#keys.get(item.apiKeyId);
    if (queue) queue.push(item);
    else this.#keys.set(item.apiKeyId, [item]);
  }

  take(): T | undefined {
    for (const [key, queue] of this.#keys) {
      const item = queue.shift();
      this.#keys.delete(key);
      // Re-inserting puts the key at the end of the round.
      if (queue.length > 0) this.#keys.set(key, queue);
      if (item) return item;
    }
    return undefined;
  }

  remove(id: string): void {
    for (const [key, queue] of this.#keys) {
      const at = queue.findIndex((item) => item.id === id);
      if (at === -1) continue;
      queue.splice(at, 1);
      if (queue.length === 0) this.#keys.delete(key);
      return;
    }
  }

  copy(): Lane<T> {
    const lane = new Lane<T>();
    for (const [key, queue] of this.#keys) lane.#keys.set(key, [...queue]);
    return lane;
  }

  get size(): number {
    let size = 0;
    for (const queue of this.#keys.values()) size += queue.length;
    return size;
  }
}

/**
 * Who is next in one pool: priorities share the turns 8:3:1 (smooth weighted round robin, so a low job always moves),
 * and inside a priority the keys take turns.
 */
export class FairQueue<T extends Queued> {
  readonly #lanes = new Map<Priority, Lane<T>>(weights.map(([priority]) => [priority, new Lane<T>()]));
  readonly #credit = new Map<Priority, number>(weights.map(([priority]) => [priority, 0]));
  readonly #ids = new Set<string>();

  /** Adds once; an id that waits already is left where it is. */
  push(item: T): void {
    if (this.#ids.has(item.id)) return;
    this.#ids.add(item.id);
    this.#lane(item.priority).push(item);
  }

  take(): T | undefined {
    const waiting = weights.filter(([priority]) => this.#lane(priority).size > 0);
    if (waiting.length === 0) return undefined;
    const total = waiting.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [priority, weight] of waiting) this.#credit.set(priority, this.#creditOf(priority) + weight);
    const [next] = waiting.reduce((best, lane) => (this.#creditOf(lane[0]) > this.#creditOf(best[0]) ? lane : best));
    this.#credit.set(next, this.#creditOf(next) - total);
    const item = this.#lane(next).take();
    if (item) this.#ids.delete(item.id);
    return item;
  }

  remove(id: string): void {
    if (!this.#ids.delete(id)) return;
    for (const lane of this.#lanes.values()) lane.remove(id);
  }

  /** How many go before this one if nothing new comes; `null` when it does not wait here or is further than `depthMax`. */
  position(id: string, depthMax = 10_000): number | null {
    if (!this.#ids.has(id)) return null;
    const trial = this.#copy();
    for (let ahead = 0; ahead < depthMax; ahead++) {
      if (trial.take()?.id === id) return ahead;
    }
    return null;
  }

  get size(): number {
    return this.#ids.size;
  }

  #copy(): FairQueue<T> {
    const queue = new FairQueue<T>();
    for (const [priority, lane] of this.#lanes) queue.#lanes.set(priority, lane.copy());
    for (const [priority, credit] of this.#credit) queue.#credit.set(priority, credit);
    for (const id of this.#ids) queue.#ids.add(id);
    return queue;
  }

  #lane(priority: Priority): Lane<T> {
    return this.#lanes.get(priority) as Lane<T>;
  }

  #creditOf(priority: Priority): number {
    return this.#credit.get(priority) ?? 0;
  }
}
