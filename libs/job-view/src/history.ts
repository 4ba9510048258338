import { jobStream, taskStream, type JobEvent, type TaskEvent } from '@ffapi/contracts';
import { projectedEvents, type EventStore, type ProjectedEvent } from '@ffapi/es';
import { evolveJob, type JobDocument } from './jobs.projection.ts';

export type JobHistoryEvent = ProjectedEvent<JobEvent | TaskEvent>;

/** Everything that happened to a job, in order, from the event store itself; empty for an unknown id. */
export const readHistory = async (store: EventStore, jobId: string): Promise<JobHistoryEvent[]> => {
  const { commits } = await store.load<JobEvent>(jobStream(jobId));
  const [first] = commits[0]?.events ?? [];
  if (first?.type !== 'JobAccepted') return [];
  const tasks = await Promise.all(first.data.tasks.map(({ n }) => store.load<TaskEvent>(taskStream(jobId, n))));
  return [...commits, ...tasks.flatMap((task) => task.commits)]
    .flatMap(projectedEvents<JobEvent | TaskEvent>)
    .sort((a, b) => a.position - b.position || a.index - b.index);
};

/**
 * The story up to the newest event of the store at the time of the call, without a gap. Streams are read one beside
 * another: of what is written meanwhile, `readHistory` may have an event and lack one before it.
 */
export const readStorySoFar = async (store: EventStore, jobId: string): Promise<JobHistoryEvent[]> => {
  const upTo = await store.lastPosition();
  return (await readHistory(store, jobId)).filter(({ position }) => position <= upTo);
};

/** The job after these events. */
export const foldHistory = (events: readonly JobHistoryEvent[]): JobDocument | null =>
  events.reduce<JobDocument | null>((job, event) => evolveJob(job, event), null);

/** The part of a story up to a time or a position; `null` when it is neither. */
export const storyUntil = (events: readonly JobHistoryEvent[], at: string): JobHistoryEvent[] | null => {
  if (/^\d+$/.test(at)) return events.filter(({ position }) => position <= Number(at));
  const untilMs = Date.parse(at);
  return Number.isNaN(untilMs) ? null : events.filter(({ occurredAt }) => Date.parse(occurredAt) <= untilMs);
};
