import { streamMatcher, type DomainEvent, type EventStore, type RecordedCommit } from '@ffapi/es';
import type { Logger } from '@ffapi/telemetry';
import { followStreams, type FollowOptions } from './follow-streams.ts';
import type { Running } from './running.ts';
import type { AppendListener } from './publish-appends.ts';

export interface FollowPorts {
  readonly store: EventStore;
  readonly onAppended: (listener: AppendListener) => () => void;
  readonly log: Logger;
}

export interface KeepUpOptions<E extends DomainEvent> extends Pick<FollowOptions<E>, 'streams' | 'onUnknown'> {
  /** Given every commit of these streams once, in the order of its stream. */
  readonly apply: (commits: readonly RecordedCommit<E>[]) => void;
}

export interface KeptUp<E extends DomainEvent> extends Running {
  /** Takes a commit that was just appended at once, for an answer that is built from it. */
  take(commit: RecordedCommit<E>): void;
}

/**
 * Folds streams into memory: everything stored before this resolves, then what happens; what this process appends
 * itself is there before its caller can ask for it.
 */
export const followIntoMemory = async <E extends DomainEvent>(
  { store, onAppended, log }: FollowPorts,
  { streams, apply, onUnknown }: KeepUpOptions<E>,
): Promise<KeptUp<E>> => {
  const versions = new Map<string, number>();
  const isNext = ({ stream, version }: RecordedCommit): boolean => version === (versions.get(stream) ?? 0) + 1;
  const take = (commits: readonly RecordedCommit<E>[]): void => {
    for (const commit of commits) {
      if (!isNext(commit)) continue;
      versions.set(commit.stream, commit.version);
      apply([commit]);
    }
  };
  const following = await followStreams<E>({ store, log }, { streams, after: 0, take, onUnknown });
  const matches = streamMatcher(streams);
  const unlisten = onAppended((commit) => {
    if (matches(commit.stream)) take([commit as RecordedCommit<E>]);
  });
  return {
    take: (commit) => take([commit]),
    stop: async () => {
      unlisten();
      await following.stop();
    },
  };
};
