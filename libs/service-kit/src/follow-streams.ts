import { setTimeout as delay } from 'node:timers/promises';
import { EventUnknown, type DomainEvent, type EventStore, type RecordedCommit } from '@ffapi/es';
import type { Logger } from '@ffapi/telemetry';
import type { Running } from './running.ts';

export interface FollowOptions<E extends DomainEvent> {
  readonly streams: readonly string[];
  /** The position behind which is read. */
  readonly after: number;
  /** Given the commits in the order of the store, each once. */
  readonly take: (commits: readonly RecordedCommit<E>[]) => void;
  /** Called where it ends, because a newer version of the platform has written what comes next. */
  readonly onUnknown?: ((error: EventUnknown) => void) | undefined;
}

const storeRetryMs = 500;

/** Gives what is stored already before it resolves, then what happens, and waits for a store that is away. */
export const followStreams = async <E extends DomainEvent>(
  { store, log }: { readonly store: EventStore; readonly log: Logger },
  { streams, take, onUnknown, ...from }: FollowOptions<E>,
): Promise<Running> => {
  let { after } = from;
  const stopping = new AbortController();
  const { signal } = stopping;
  const read = async (follow: boolean): Promise<void> => {
    for await (const commits of store.read<E>({ after, streams, follow, signal })) {
      take(commits);
      after = commits.at(-1)?.position ?? after;
    }
  };
  await read(false);
  const following = (async () => {
    while (!signal.aborted) {
      try {
        await read(true);
      } catch (err) {
        if (signal.aborted) return;
        if (err instanceof EventUnknown) {
          log.error({ err, streams }, 'following ends');
          return onUnknown?.(err);
        }
        log.warn({ err, streams }, 'following waits for the store');
        await delay(storeRetryMs, undefined, { signal }).catch(() => {});
      }
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await following;
    },
  };
};
