import type { DomainEvent, EventStore, RecordedCommit } from '@ffapi/es';

export type AppendListener = (commit: RecordedCommit) => void;

/**
 * The store, and a way to hear of the commits that this process appends: in order within a stream, but not among those
 * of other processes. Listeners are called when the writer has gone on, so that its answer does not wait for them.
 */
export const publishAppends = (
  store: EventStore,
): { readonly store: EventStore; readonly onAppended: (listener: AppendListener) => () => void } => {
  const listeners = new Set<AppendListener>();
  const append: EventStore['append'] = async <E extends DomainEvent>(...args: Parameters<typeof store.append<E>>) => {
    const commit = await store.append<E>(...args);
    if (listeners.size > 0) setImmediate(() => listeners.forEach((listener) => listener(commit)));
    return commit;
  };
  return {
    store: { ...store, append },
    onAppended: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
