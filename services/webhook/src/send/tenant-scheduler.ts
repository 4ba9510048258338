import { FairLanes } from './fair-lanes.ts';

interface Work {
  readonly position: number;
  readonly run: () => Promise<void>;
}

export interface TurnsOptions {
  readonly atOnce: number;
  readonly perTenantMax: number;
  /** Who adds more than this waits. */
  readonly waitingMax: number;
  /** Nothing more is begun after a failure. */
  readonly onFailure: (error: unknown) => void;
}

/** Works through what is read in order, turn by turn over tenants: the many events of one do not hold up another's. */
export class TenantScheduler {
  readonly #lanes: FairLanes<Work>;
  readonly #options: TurnsOptions;
  /** In the order of their positions, as they were added. */
  readonly #unfinished = new Set<number>();
  readonly #running = new Set<Promise<void>>();
  #onRoom = Promise.withResolvers<void>();
  #isOver = false;

  constructor(options: TurnsOptions) {
    const { atOnce, perTenantMax } = options;
    this.#options = options;
    this.#lanes = new FairLanes({
      runningMax: atOnce,
      runningPerTenantMax: perTenantMax,
      runningPerReceiverMax: perTenantMax,
      waitingMax: Infinity,
      waitingPerTenantMax: Infinity,
      waitingPerReceiverMax: Infinity,
    });
  }

  /** The first position that is not worked through; `null`: everything that was added is. */
  get firstUnfinished(): number | null {
    const [first = null] = this.#unfinished;
    return first;
  }

  /** Adds work of a tenant, with growing positions; resolves when there is room for more. */
  async add(tenant: string, position: number, run: () => Promise<void>): Promise<void> {
    this.#unfinished.add(position);
    this.#lanes.offer(tenant, '', { position, run });
    this.#startNext();
    while (this.#unfinished.size >= this.#options.waitingMax && !this.#isOver) await this.#onRoom.promise;
  }

  /** Begins nothing more; resolves when what was begun has ended. */
  async end(): Promise<void> {
    this.#isOver = true;
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #startNext(): void {
    for (let taken = this.#isOver ? null : this.#lanes.take(); taken; taken = this.#lanes.take()) {
      const { item, release } = taken;
      const run: Promise<void> = this.#run(item).finally(() => {
        this.#running.delete(run);
        release(true);
        this.#startNext();
        this.#onRoom.resolve();
        this.#onRoom = Promise.withResolvers();
      });
      this.#running.add(run);
    }
  }

  async #run({ position, run }: Work): Promise<void> {
    try {
      await run();
      this.#unfinished.delete(position);
    } catch (error) {
      this.#isOver = true;
      this.#options.onFailure(error);
    }
  }
}
