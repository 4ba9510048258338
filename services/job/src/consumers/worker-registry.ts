import type { WorkerHeartbeat } from '@ffapi/contracts';

const goneAfterMs = 15_000;

/** Who works now, by what workers say of themselves. */
export class WorkerRegistry {
  readonly #seen = new Map<string, { heartbeat: WorkerHeartbeat; atMs: number }>();

  note(heartbeat: WorkerHeartbeat, nowMs: number): void {
    this.#seen.set(`${heartbeat.instance}/${heartbeat.pool}`, { heartbeat, atMs: nowMs });
  }

  /** Tasks that the pool's live workers can run at a time. */
  slots(pool: string, nowMs: number): number {
    return this.live(nowMs).reduce(
      (sum, worker) => sum + (worker.pool === pool && !worker.draining ? worker.slots : 0),
      0,
    );
  }

  isAlive(instance: string, nowMs: number): boolean {
    return this.live(nowMs).some((worker) => worker.instance === instance);
  }

  live(nowMs: number): WorkerHeartbeat[] {
    for (const [id, { atMs }] of this.#seen) if (nowMs - atMs > goneAfterMs) this.#seen.delete(id);
    return [...this.#seen.values()].map(({ heartbeat }) => heartbeat);
  }
}
