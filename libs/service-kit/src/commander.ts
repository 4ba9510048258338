import { handleCommand, type CommandContext, type Decider, type DomainEvent, type Handled } from '@ffapi/es';
import type { ServiceContext } from './runtime.ts';

/** What is written beside the events of a command; what is left out is told by the commander. */
export interface Cause extends Partial<Omit<CommandContext, 'causationId'>> {
  readonly causationId: string;
}

/**
 * Commands to the streams of one kind of aggregate: each is its own commit, happens now, and is about the stream's own id,
 * unless its cause says otherwise.
 */
export const commander =
  <C, E extends DomainEvent, S>(
    { store, newId, now }: Pick<ServiceContext, 'store' | 'newId' | 'now'>,
    decider: Decider<C, E, S>,
    streamOf: (id: string) => string,
  ) =>
  (id: string, command: C, cause: Cause): Promise<Handled<E, S>> =>
    handleCommand(store, decider, streamOf(id), command, {
      ...cause,
      commitId: cause.commitId ?? newId('cmd'),
      occurredAt: cause.occurredAt ?? now(),
      correlationId: cause.correlationId ?? id,
    });
