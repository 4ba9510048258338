import {
  EventUnknown,
  type DomainEvent,
  type EventStore,
  type ReadOptions,
  type RecordedCommit,
} from './event-store.ts';

/**
 * An event of a stream in its newest version: the very same object where it is that already; `null` where this version of
 * the platform does not know it.
 */
export type Upcast = (stream: string, event: DomainEvent) => DomainEvent | null;

/**
 * The store as those see it who decide or build something: every event in its newest version, once and here. Where one is
 * not known, `load` throws `EventUnknown`, and so does `read` behind the commits before it. Hashes stay those of the
 * stored bytes.
 */
export const upcasting = (store: EventStore, upcast: Upcast): EventStore => {
  const newest = <E extends DomainEvent>(commit: RecordedCommit<E>): RecordedCommit<E> => {
    // Replays pass through here a hundred thousand times a second, and nearly all of it is as it has to be.
    if (commit.events.every((event) => upcast(commit.stream, event) === event)) return commit;
    const events = commit.events.map((event) => {
      const known = upcast(commit.stream, event);
      if (known === null) throw new EventUnknown(event, commit.stream);
      return known as E;
    });
    return { ...commit, events };
  };
  const read = async function* <E extends DomainEvent>(
    options: ReadOptions,
  ): AsyncGenerator<readonly RecordedCommit<E>[]> {
    for await (const batch of store.read<E>(options)) {
      const commits: RecordedCommit<E>[] = [];
      let stop: unknown = null;
      try {
        for (const commit of batch) commits.push(newest(commit));
      } catch (error) {
        stop = error;
      }
      if (commits.length > 0) yield commits;
      if (stop !== null) throw stop;
    }
  };
  return {
    ...store,
    load: async <E extends DomainEvent>(stream: string) => {
      const { commits, head } = await store.load<E>(stream);
      return { commits: commits.map(newest), head };
    },
    append: async (...args) => newest(await store.append(...args)),
    read,
  };
};
