import { deliveryStream, type DeliveryEvent } from '@ffapi/contracts';
import {
  ConcurrencyConflict,
  EventStoreFull,
  EventStoreUnavailable,
  handleCommand,
  type CommandContext,
  type Head,
  type RecordedCommit,
} from '@ffapi/es';
import type { ServiceContext } from '@ffapi/service-kit';
import { deliveryDecider, type DeliveryCommand, type DeliveryState } from './delivery.decider.ts';
import type { DeliveryDocument } from './deliveries.projection.ts';

/** The delivery's stream as its writer has just left it: saves reading it again. */
export interface JustWritten {
  readonly head: Head;
  readonly state: DeliveryState;
}

const storeRetryMs = 500;

const commandContext = (
  context: ServiceContext,
  { deliveryId, jobId }: Pick<DeliveryDocument, 'deliveryId' | 'jobId'>,
  commitId: string,
): CommandContext => ({
  commitId,
  occurredAt: context.now(),
  correlationId: jobId ?? deliveryId,
  causationId: deliveryId,
});

/**
 * Decides and appends; gives the commit, or `null` when another process was first. A call that was made is recorded when
 * the store is back or has room, not made anew; only a process that ends stops trying.
 */
export const recordOutcome = async (
  context: ServiceContext,
  delivery: Pick<DeliveryDocument, 'deliveryId' | 'jobId'>,
  command: DeliveryCommand,
  { commitId, known, isStopping }: { commitId: string; known: JustWritten | null; isStopping: () => boolean },
): Promise<RecordedCommit<DeliveryEvent> | null> => {
  const stream = deliveryStream(delivery.deliveryId);
  const named = commandContext(context, delivery, commitId);
  for (let first = known; ; first = null) {
    try {
      if (first) return await appendAt(context, stream, first, command, named);
      return (await handleCommand(context.store, deliveryDecider, stream, command, named)).commit;
    } catch (error) {
      if (first && error instanceof ConcurrencyConflict) continue;
      const isPassing = error instanceof EventStoreUnavailable || error instanceof EventStoreFull;
      if (!isPassing || isStopping()) throw error;
      await new Promise((resolve) => setTimeout(resolve, storeRetryMs));
    }
  }
};

const appendAt = (
  { store }: ServiceContext,
  stream: string,
  { head, state }: JustWritten,
  command: DeliveryCommand,
  { commitId, ...context }: CommandContext,
): Promise<RecordedCommit<DeliveryEvent>> =>
  store.append(stream, head, { ...context, id: commitId, events: deliveryDecider.decide(command, state) });
