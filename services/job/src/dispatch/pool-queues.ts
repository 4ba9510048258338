import { FairQueue, type Queued } from './fair-queue.ts';

/** What waits for its turn, in a queue for each pool. */
export class PoolQueues<T extends Queued> {
  readonly #queues = new Map<string, FairQueue<T>>();

  push(item: T): void {
    const queue = this.#queues.get(item.pool) ?? new FairQueue<T>();
    this.#queues.set(item.pool, queue);
    queue.push(item);
  }

  take(pool: string): T | undefined {
    return this.#queues.get(pool)?.take();
  }

  /** Removes it from every queue, but for that of one pool. */
  remove(id: string, but?: string): void {
    for (const [pool, queue] of this.#queues) if (pool !== but) queue.remove(id);
  }

  position(pool: string, id: string): number | null {
    return this.#queues.get(pool)?.position(id) ?? null;
  }

  pools(): Iterable<string> {
    return this.#queues.keys();
  }

  sizes(): Record<string, number> {
    return Object.fromEntries([...this.#queues].map(([pool, queue]) => [pool, queue.size]));
  }
}
