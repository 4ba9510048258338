import type { StoredEvent } from '../kit/stored-events.ts';

/** Where the time of a job went, by the clock of the event store, which is that of this machine. */
export const phasesOf = (
  events: readonly StoredEvent[],
  sentAtMs: number,
  answeredAtMs: number,
): Readonly<Record<string, number>> => {
  const tasks = [
    ...new Set(events.filter(({ subject }) => subject.startsWith('evt.task.')).map(({ subject }) => subject)),
  ];
  const [operation, publish] = tasks;
  const at = (type: string, subject?: string): number =>
    events.find((event) => event.type === type && (subject === undefined || event.subject === subject))?.storedAtMs ??
    Number.NaN;
  const completed = events.find(({ type, subject }) => type === 'TaskCompleted' && subject === operation);
  const runMs = (completed?.data.stats as { wallMs?: number } | undefined)?.wallMs ?? Number.NaN;
  const operationMs = at('TaskCompleted', operation) - at('TaskStarted', operation);
  return {
    submitMs: at('JobAccepted') - sentAtMs,
    queueMs: at('TaskStarted', operation) - at('JobAccepted'),
    runMs,
    aroundRunMs: operationMs - runMs,
    toPublishMs: at('TaskStarted', publish) - at('TaskCompleted', operation),
    publishMs: at('TaskCompleted', publish) - at('TaskStarted', publish),
    completeMs: at('JobCompleted') - at('TaskCompleted', publish),
    answerMs: answeredAtMs - at('JobCompleted'),
  };
};
