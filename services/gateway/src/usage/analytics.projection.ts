import { jobAggregate, type JobEvent } from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';
import { hourOf } from '../requests/index.ts';

export interface TypeCounts {
  readonly completed: number;
  readonly failed: number;
  readonly durationMsSum: number;
}

/** What happened in one hour to one key's jobs. */
export type HourDocument = {
  readonly hour: string;
  readonly apiKeyId: string;
  readonly submitted: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly storedBytes: number;
  readonly byType: Readonly<Record<string, TypeCounts>>;
  readonly errors: Readonly<Record<string, number>>;
};

const empty = (hour: string, apiKeyId: string): HourDocument => ({
  hour,
  apiKeyId,
  submitted: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  storedBytes: 0,
  byType: {},
  errors: {},
});

const noCounts: TypeCounts = { completed: 0, failed: 0, durationMsSum: 0 };

const withType = (hour: HourDocument, type: string, change: (counts: TypeCounts) => TypeCounts): HourDocument => ({
  ...hour,
  byType: { ...hour.byType, [type]: change(hour.byType[type] ?? noCounts) },
});

type Uncounted = 'JobRetried' | 'JobExpired' | 'JobHeld' | 'JobReleased';
const uncounted: readonly string[] = ['JobRetried', 'JobExpired', 'JobHeld', 'JobReleased'] satisfies Uncounted[];

const isCounted = (event: JobEvent): event is Exclude<JobEvent, { type: Uncounted }> => !uncounted.includes(event.type);

const evolve = (before: HourDocument | null, { event, occurredAt }: ProjectedEvent<JobEvent>): HourDocument | null => {
  if (!isCounted(event) || event.data.dryRun) return before;
  const hour = before ?? empty(hourOf(occurredAt), event.data.apiKeyId);
  switch (event.type) {
    case 'JobAccepted':
      return { ...hour, submitted: hour.submitted + 1 };
    case 'JobCancelled':
      return { ...hour, cancelled: hour.cancelled + 1 };
    case 'JobFailed': {
      const { code } = event.data.error;
      const counted = {
        ...hour,
        failed: hour.failed + 1,
        errors: { ...hour.errors, [code]: (hour.errors[code] ?? 0) + 1 },
      };
      return withType(counted, event.data.operation, (counts) => ({ ...counts, failed: counts.failed + 1 }));
    }
    case 'JobCompleted': {
      const durationMs = Date.parse(occurredAt) - Date.parse(event.data.acceptedAt);
      const bytes = event.data.outputs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      const counted = { ...hour, completed: hour.completed + 1, storedBytes: hour.storedBytes + bytes };
      return withType(counted, event.data.operation, (counts) => ({
        ...counts,
        completed: counts.completed + 1,
        durationMsSum: counts.durationMsSum + durationMs,
      }));
    }
  }
};

/** Counters by hour and key, so that charts never count over history. */
export const analytics: Projection<JobEvent, HourDocument> = {
  name: 'analytics',
  version: 2,
  streams: [jobAggregate.pattern],
  indexes: [
    { where: [], sort: 'hour' },
    { where: ['apiKeyId'], sort: 'hour' },
  ],
  keys: ({ event, occurredAt }) => (isCounted(event) ? [`${hourOf(occurredAt)} ${event.data.apiKeyId}`] : []),
  evolve,
};
