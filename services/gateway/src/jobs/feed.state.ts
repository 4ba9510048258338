import { listen } from '@ffapi/bus';
import { jobAggregate, taskAggregate, type JobEvent, type ProgressFrame, type TaskEvent } from '@ffapi/contracts';
import type { ServiceContext } from '@ffapi/service-kit';
import { projectedEvents } from '@ffapi/es';
import { ProgressBook, type JobHistoryEvent, type ToldProgress } from '@ffapi/job-view';

export type FeedItem =
  | { readonly kind: 'event'; readonly event: JobHistoryEvent }
  | { readonly kind: 'progress'; readonly told: ToldProgress };
type Listener = (item: FeedItem) => void;

const terminal = new Set(['JobCompleted', 'JobFailed', 'JobCancelled']);
export const isTerminalEvent = ({ event }: JobHistoryEvent): boolean => terminal.has(event.type);

/**
 * What happens now, for everyone who watches through this process: one consumer of the store and one subscription to
 * progress, fanned out in memory. Only what was stored is told: a refused append never shows up here.
 */
export class LiveFeed {
  readonly #context: ServiceContext;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #progress = new ProgressBook();
  readonly #stopping = new AbortController();
  /** Newest positions that clients of this process may know of: of any event, and of those of jobs alone. */
  readonly seen = { any: 0, job: 0 };
  #following: Promise<void> = Promise.resolve();
  #subscription: { unsubscribe(): void } | null = null;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  async start(): Promise<void> {
    const after = await this.#context.store.lastPosition();
    this.#following = this.#follow(after);
    this.#subscription = listen<ProgressFrame>(this.#context.connection, 'progress.*', (frame) => this.#note(frame));
  }

  /** What was told of the progress of a job that runs, if anything was. */
  progressOf(jobId: string): ToldProgress | null {
    return this.#progress.of(jobId);
  }

  /** How many watch now. */
  get watching(): number {
    return [...this.#listeners.values()].reduce((sum, listeners) => sum + listeners.size, 0);
  }

  watch(jobId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(jobId) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(jobId, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(jobId);
    };
  }

  /** `true` when the job has ended before the time was over or it was held. Watch before submitting: an end before is not told. */
  ended(jobId: string, timeoutMs: number, signal?: AbortSignal): { readonly promise: Promise<boolean>; stop(): void } {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const unwatch = this.watch(jobId, (item) => {
      if (item.kind !== 'event') return;
      if (isTerminalEvent(item.event)) finish(true);
      // What waits for people is not waited for.
      else if (item.event.event.type === 'JobHeld') finish(false);
    });
    const finish = (ended: boolean): void => {
      clearTimeout(timer);
      unwatch();
      resolve(ended);
    };
    const timer = setTimeout(() => finish(false), timeoutMs);
    if (signal?.aborted) finish(false);
    signal?.addEventListener('abort', () => finish(false), { once: true });
    return { promise, stop: () => finish(false) };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#subscription?.unsubscribe();
    await this.#following;
  }

  async #follow(from: number): Promise<void> {
    const { store, log } = this.#context;
    let after = from;
    while (!this.#stopping.signal.aborted) {
      try {
        const batches = store.read<JobEvent | TaskEvent>({
          after,
          streams: [jobAggregate.pattern, taskAggregate.pattern],
          follow: true,
          signal: this.#stopping.signal,
        });
        for await (const commits of batches) {
          for (const event of commits.flatMap(projectedEvents)) this.#tell(event);
          after = commits.at(-1)?.position ?? after;
        }
      } catch (err) {
        if (this.#stopping.signal.aborted) return;
        log.warn({ err }, 'live feed');
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  /** A client is about to be told of a commit of a job's own stream. */
  noteJob(position: number): void {
    this.seen.any = Math.max(this.seen.any, position);
    this.seen.job = Math.max(this.seen.job, position);
  }

  #tell(event: JobHistoryEvent): void {
    if (event.stream.startsWith('job.')) this.noteJob(event.position);
    else this.seen.any = Math.max(this.seen.any, event.position);
    const { jobId } = event.event.data;
    for (const listener of this.#listeners.get(jobId) ?? []) listener({ kind: 'event', event });
    if (isTerminalEvent(event)) this.#progress.forget(jobId);
  }

  #note(frame: ProgressFrame): void {
    const told = this.#progress.note(frame);
    for (const listener of this.#listeners.get(frame.jobId) ?? []) listener({ kind: 'progress', told });
  }
}
