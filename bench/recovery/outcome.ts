import type { NatsConnection } from '@nats-io/transport-node';
import { storedEvents, storedMessages, type StoredEvent } from '../kit/stored-events.ts';

/** What became of jobs that were accepted around a kill. */
export interface Outcome {
  readonly lost: number;
  /** Ends, results and files that were written down more than once. */
  readonly duplicates: number;
  readonly stories: readonly (readonly StoredEvent[])[];
}

const pollMs = 50;

const isOver = (events: readonly StoredEvent[]): boolean =>
  events.some(({ type }) => type === 'JobCompleted' || type === 'JobFailed' || type === 'JobCancelled');

/** The story of a job once it is over. */
const wholeStory = async (connection: NatsConnection, jobId: string): Promise<StoredEvent[]> => {
  for (;;) {
    const events = await storedEvents(connection, jobId).catch(() => []);
    if (isOver(events)) return events;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
};

const moreThanOnce = (events: readonly StoredEvent[], type: string): number => {
  const counts = new Map<string, number>();
  for (const event of events) if (event.type === type) counts.set(event.subject, (counts.get(event.subject) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
};

const filesOf = (events: readonly StoredEvent[]): string[] =>
  events
    .filter(({ type }) => type === 'JobCompleted')
    .flatMap(({ data }) => (data.outputs as { fileId: string }[]).map(({ fileId }) => fileId));

/** Waits until all are over, and counts what must not be. */
export const outcomeOf = async (connection: NatsConnection, jobIds: readonly string[]): Promise<Outcome> => {
  const stories = [];
  let [lost, duplicates] = [0, 0];
  for (const jobId of jobIds) {
    const events = await wholeStory(connection, jobId);
    const files = filesOf(events);
    const stored = await storedMessages(
      connection,
      files.map((fileId) => `evt.asset.${fileId}`),
    );
    if (files.length === 0) lost++;
    duplicates += moreThanOnce(events, 'JobCompleted') + moreThanOnce(events, 'TaskCompleted');
    duplicates += stored.length - files.length;
    stories.push(events);
  }
  return { lost, duplicates, stories };
};

/** How long after the kill the last of the interrupted tasks was started again; `null` when none was interrupted. */
export const resumedAfterMs = (stories: Outcome['stories'], killedAtMs: number): number | null => {
  const gapsMs = stories.flatMap((events) =>
    [...new Set(events.map(({ subject }) => subject))]
      .filter((subject) => subject.startsWith('evt.task.'))
      .flatMap((task) => {
        const own = events.filter(({ subject }) => subject === task);
        const before = own.filter(({ storedAtMs }) => storedAtMs < killedAtMs);
        if (before.at(-1)?.type !== 'TaskStarted') return [];
        const again = own.find(({ type, storedAtMs }) => type === 'TaskStarted' && storedAtMs > killedAtMs);
        return again ? [again.storedAtMs - killedAtMs] : [];
      }),
  );
  return gapsMs.length === 0 ? null : Math.max(...gapsMs);
};

/** Resolves when a task of one of these jobs is being worked on. */
export const untilRunning = async (connection: NatsConnection, jobIds: readonly string[]): Promise<void> => {
  for (;;) {
    for (const jobId of jobIds) {
      const events = await storedEvents(connection, jobId);
      if (events.at(-1)?.type === 'TaskStarted' && events.at(-1)?.data.kind === 'operation') return;
    }
  }
};
