import type { WorkerHeartbeat } from '@ffapi/contracts';
import type { GpuWorkers } from '../jobs/index.ts';

/** A worker that has said nothing for so long is considered lost. */
export const goneAfterMs = 15_000;

/** The encoders that a worker has a GPU for; none once it takes nothing new. */
const gpuEncodersOf = ({ draining, capabilities: { hardwareEncoders = [] } }: WorkerHeartbeat): readonly string[] =>
  draining ? [] : hardwareEncoders;

/** Who works now, by what workers say of themselves. */
export class WorkerRegistry {
  readonly #seen = new Map<string, { heartbeat: WorkerHeartbeat; atMs: number }>();
  readonly #offeredAtMs = new Map<string, number>();
  readonly #sinceMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  note(heartbeat: WorkerHeartbeat, nowMs: number): void {
    this.#seen.set(`${heartbeat.instance}/${heartbeat.pool}`, { heartbeat, atMs: nowMs });
    for (const encoder of gpuEncodersOf(heartbeat)) this.#offeredAtMs.set(`${heartbeat.pool}/${encoder}`, nowMs);
  }

  /** What they say of GPUs, at this moment. */
  gpus(nowMs: number): GpuWorkers {
    return {
      offers: (pool, encoder) =>
        this.live(nowMs).some((worker) => worker.pool === pool && gpuEncodersOf(worker).includes(encoder)),
      offeredAtMs: (pool, encoder) => this.#offeredAtMs.get(`${pool}/${encoder}`) ?? this.#sinceMs,
      isAlive: (worker) => this.isAlive(worker, nowMs),
    };
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

  /**
   * Whether a living worker has a task in hand, by the last that it said after `sinceMs`; before that, and of a worker
   * that does not say what it has in hand, it is taken for granted.
   */
  holds(instance: string, taskId: string, sinceMs: number, nowMs: number): boolean {
    this.live(nowMs);
    return [...this.#seen.values()].some(
      ({ heartbeat, atMs }) =>
        heartbeat.instance === instance && (atMs <= sinceMs || (heartbeat.tasks?.includes(taskId) ?? true)),
    );
  }

  live(nowMs: number): WorkerHeartbeat[] {
    for (const [id, { atMs }] of this.#seen) if (nowMs - atMs > goneAfterMs) this.#seen.delete(id);
    return [...this.#seen.values()].map(({ heartbeat }) => heartbeat);
  }
}
