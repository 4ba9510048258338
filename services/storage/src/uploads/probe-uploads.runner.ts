import { setTimeout as delay } from 'node:timers/promises';
import { assetStream } from '@ffapi/contracts';
import { EventUnknown, Refusal } from '@ffapi/es';
import type { Collection, ReadModel } from '@ffapi/read-model';
import {
  commander,
  createParts,
  lead,
  openProjection,
  RequestUnserved,
  type Running,
  type ServiceContext,
} from '@ffapi/service-kit';
import { assetDecider, type AssetProbe } from '../assets/index.ts';
import { unprobedFiles, type UnprobedFile } from './unprobed-files.projection.ts';

const atATime = 2;
const pageSize = 50;
/** A probe is stopped after a minute; the rest is the way there, and the bytes'. */
const probeMsMax = 180_000;
const triesMax = 3;
const restMs = 5_000;
/** How long news of an upload may take where another process projects. */
const lookEveryMs = 1_000;

/** Has every upload looked at by a worker as soon as it is there, and records what it is. */
export const startProbing = (context: ServiceContext, readModel: ReadModel): Running => {
  const { log } = context;
  let news = Promise.withResolvers<void>();
  const { keep, stop } = createParts();
  const waiting = keep(openProjection(context, readModel, unprobedFiles, { onApplied: () => news.resolve() }));
  const prober = new Prober(context, waiting.documents);
  keep(
    lead(context, 'probe-uploads', async ({ signal }) => {
      while (!signal.aborted) {
        news = Promise.withResolvers<void>();
        const isServed = await prober.probeAll(signal).catch((err: unknown) => log.warn({ err }, 'probing waits'));
        const pauseMs = isServed === true ? lookEveryMs : restMs;
        await Promise.race([
          delay(pauseMs, undefined, { signal }).catch(() => {}),
          ...(isServed ? [news.promise] : []),
        ]);
      }
    }),
  );
  return { stop };
};

/** What the work gives; `null` as soon as the signal aborts: an answer that is still to come may come from nobody. */
const orStopped = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> => {
  const stopped = Promise.withResolvers<null>();
  const stop = (): void => stopped.resolve(null);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
};

/** Looked at or given up; to be tried again, since what the worker needs is away; or no worker is there. */
type Look = 'done' | 'away' | 'nobody';

export class Prober {
  readonly #context: ServiceContext;
  readonly #waiting: Collection<UnprobedFile>;
  readonly #tries = new Map<string, number>();
  /** A newer version of the platform has to do with them. */
  readonly #leftAlone = new Set<string>();

  constructor(context: ServiceContext, waiting: Collection<UnprobedFile>) {
    this.#context = context;
    this.#waiting = waiting;
  }

  /** Goes through all that wait; `false`: not all were looked at, since a worker or what it needs is away. */
  async probeAll(signal: AbortSignal): Promise<boolean> {
    let after: string | undefined;
    let isServed = true;
    do {
      const page = await this.#waiting.find({ where: {}, sort: 'storedAt', limit: pageSize, after });
      for (let n = 0; n < page.documents.length && !signal.aborted; n += atATime) {
        const some = page.documents.slice(n, n + atATime);
        const looks = await orStopped(Promise.all(some.map(({ id, document }) => this.#probe(id, document))), signal);
        if (looks === null || looks.includes('nobody')) return false;
        if (looks.includes('away')) isServed = false;
      }
      after = page.next ?? undefined;
    } while (after !== undefined && !signal.aborted);
    return isServed;
  }

  async #probe(fileId: string, { blob }: UnprobedFile): Promise<Look> {
    if (this.#leftAlone.has(fileId)) return 'done';
    try {
      await this.#record(fileId, await this.#context.request('media.probe', { blob }, probeMsMax));
      this.#tries.delete(fileId);
    } catch (err) {
      if (err instanceof RequestUnserved) return 'nobody';
      // The next may be in better luck: bytes that cannot be read are as good as away.
      if (err instanceof Refusal && err.code === 'unavailable') return 'away';
      const tries = (this.#tries.get(fileId) ?? 0) + 1;
      this.#tries.set(fileId, tries);
      this.#context.log.warn({ err, fileId, tries }, 'an upload was not looked at');
      if (err instanceof EventUnknown) this.#leftAlone.add(fileId);
      // Whatever the reason: what nobody manages to look at does not stay in the way of others.
      else if (tries >= triesMax) await this.#record(fileId, { media: null, reason: null });
    }
    return 'done';
  }

  async #record(fileId: string, { media, reason }: AssetProbe): Promise<void> {
    const decide = commander(this.#context, assetDecider, assetStream);
    await decide(fileId, { type: 'RecordProbe', probe: { media, reason } }, { causationId: 'probe' });
  }
}
