import { shareStream, type ShareCreatedData, type ShareEvent } from '@ffapi/contracts';
import { ConcurrencyConflict, fold, Refusal } from '@ffapi/es';
import { commander, type Cause, type ServiceContext } from '@ffapi/service-kit';
import { shareDecider } from './share.decider.ts';

export interface FoundShare {
  readonly share: ShareCreatedData;
  readonly downloads: number;
  readonly createdAt: string;
}

const flushMs = 5_000;
/** Of processes that count the same share at the same moment; in one process they wait for each other. */
const conflictsMax = 20;

/**
 * Shares as their own events tell, and the count of their downloads: exact and at once where their number is limited,
 * together every few seconds where it only informs.
 */
export class ShareDownloads {
  readonly #context: ServiceContext;
  readonly #decide;
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #tally = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(context: ServiceContext) {
    this.#context = context;
    this.#decide = commander(context, shareDecider, shareStream);
    this.#timer = setInterval(() => void this.#flush(), flushMs);
    this.#timer.unref();
  }

  /** `null`: there is none, or it was taken back. */
  async find(shareId: string): Promise<FoundShare | null> {
    const { commits } = await this.#context.store.load<ShareEvent>(shareStream(shareId));
    const { share, downloads, isRevoked } = fold(shareDecider, commits);
    return share === null || isRevoked ? null : { share, downloads, createdAt: commits[0]?.occurredAt ?? '' };
  }

  /** Counts one download before it begins; `share_not_found` where that would be one too many. */
  async count({ shareId, downloadsMax }: ShareCreatedData, cause: Cause): Promise<void> {
    if (downloadsMax === null) {
      this.#tally.set(shareId, (this.#tally.get(shareId) ?? 0) + 1);
      return;
    }
    const before = this.#queues.get(shareId) ?? Promise.resolve();
    const counted = before.then(() => this.#countNow(shareId, cause));
    const settled = counted.catch(() => {});
    this.#queues.set(shareId, settled);
    try {
      await counted;
    } finally {
      if (this.#queues.get(shareId) === settled) this.#queues.delete(shareId);
    }
  }

  async #countNow(shareId: string, cause: Cause): Promise<void> {
    for (let conflicts = 0; ; conflicts++) {
      try {
        await this.#decide(shareId, { type: 'RecordDownloads', downloads: 1, now: this.#context.now() }, cause);
        return;
      } catch (error) {
        if (!(error instanceof ConcurrencyConflict) || conflicts === conflictsMax) throw error;
      }
    }
  }

  async #flush(): Promise<void> {
    const counted = [...this.#tally];
    this.#tally.clear();
    for (const [shareId, downloads] of counted) {
      try {
        const now = this.#context.now();
        await this.#decide(shareId, { type: 'RecordDownloads', downloads, now }, { causationId: shareId });
      } catch (error) {
        // Taken back meanwhile.
        if (error instanceof Refusal) continue;
        this.#context.log.warn({ err: error }, 'downloads of a share are counted later');
        this.#tally.set(shareId, (this.#tally.get(shareId) ?? 0) + downloads);
      }
    }
  }

  /** Writes what is counted. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flush();
  }
}
