import type { Decider } from './decider.ts';
import {
  ConcurrencyConflict,
  type Commit,
  type DomainEvent,
  type EventStore,
  type Origin,
  type RecordedCommit,
} from './event-store.ts';

export interface CommandContext {
  readonly commitId: string;
  readonly occurredAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string | undefined;
  readonly origin?: Origin | undefined;
  /** Try first as if the stream were empty: saves the read where that is nearly always so. */
  readonly assumeNew?: boolean | undefined;
}

export interface Handled<E extends DomainEvent, S> {
  readonly state: S;
  /** The commit this command produced, or `null` when it had nothing left to do. */
  readonly commit: RecordedCommit<E> | null;
}

const attemptsMax = 5;

/**
 * Loads, folds, decides and appends at the loaded head. A lost race is decided again on the new state, a few times;
 * then the conflict is the caller's.
 */
export const handleCommand = async <C, E extends DomainEvent, S>(
  store: EventStore,
  decider: Decider<C, E, S>,
  stream: string,
  command: C,
  context: CommandContext,
): Promise<Handled<E, S>> => {
  for (let attempt = 1; ; attempt++) {
    const isGuess = attempt === 1 && context.assumeNew === true;
    const { commits, head } = isGuess ? { commits: [], head: null } : await store.load<E>(stream);
    const known = commits.find((commit) => commit.id === context.commitId);
    const state = fold(decider, commits);
    if (known) return { state, commit: known };
    const events = decider.decide(command, state);
    if (events.length === 0) return { state, commit: null };
    const commit: Commit<E> = {
      id: context.commitId,
      occurredAt: context.occurredAt,
      correlationId: context.correlationId,
      causationId: context.causationId,
      traceparent: context.traceparent,
      origin: context.origin,
      events,
    };
    try {
      const recorded = await store.append(stream, head, commit);
      return { state: events.reduce(decider.evolve, state), commit: recorded };
    } catch (error) {
      if (!(error instanceof ConcurrencyConflict) || attempt === attemptsMax) throw error;
    }
  }
};

/** The state that a stream's commits lead to. */
export const fold = <C, E extends DomainEvent, S>(
  decider: Decider<C, E, S>,
  commits: readonly RecordedCommit<E>[],
): S => {
  let state = decider.initialState;
  for (const commit of commits) for (const event of commit.events) state = decider.evolve(state, event);
  return state;
};
