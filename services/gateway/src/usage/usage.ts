import { dayOf, hourOf } from '../requests/index.ts';

/** What one key did in an hour. */
export interface UsedHour {
  readonly hour: string;
  readonly jobs: number;
  /** Stored less deleted. */
  readonly bytes: number;
}

export type UsagePeriod = 'hour' | 'day' | 'month';

export interface UsageRow {
  readonly period_start: string;
  readonly jobs_count: number;
  /** MiB of stored files when the period ended. */
  readonly storage_used_mb: number;
}

const startOf: Readonly<Record<UsagePeriod, (at: string) => string>> = {
  hour: hourOf,
  day: dayOf,
  month: (at) => `${at.slice(0, 7)}-01T00:00:00.000Z`,
};

const nextStart: Readonly<Record<UsagePeriod, (start: string) => string>> = {
  hour: (start) => new Date(Date.parse(start) + 3_600_000).toISOString(),
  day: (start) => new Date(Date.parse(start) + 86_400_000).toISOString(),
  month: (start) => new Date(Date.UTC(Number(start.slice(0, 4)), Number(start.slice(5, 7)), 1)).toISOString(),
};

/** The number of periods in a span, both ends included. */
export const periodsBetween = (from: string, to: string, period: UsagePeriod): string[] => {
  const starts: string[] = [];
  for (let start = startOf[period](from); start < to; start = nextStart[period](start)) starts.push(start);
  return starts;
};

/** One row a period, those without use too; storage counts from the first hour there is, whatever the span. */
export const usageOf = (hours: readonly UsedHour[], starts: readonly string[], period: UsagePeriod): UsageRow[] => {
  const jobs = new Map<string, number>();
  const grown = new Map<string, number>();
  const [first = ''] = starts;
  let bytes = 0;
  for (const { hour, jobs: count, bytes: more } of hours) {
    const start = startOf[period](hour);
    if (start < first) bytes += more;
    jobs.set(start, (jobs.get(start) ?? 0) + count);
    grown.set(start, (grown.get(start) ?? 0) + more);
  }
  return starts.map((start) => {
    bytes += grown.get(start) ?? 0;
    return {
      period_start: start,
      jobs_count: jobs.get(start) ?? 0,
      storage_used_mb: Math.round((bytes / 1_048_576) * 1_000) / 1_000,
    };
  });
};
