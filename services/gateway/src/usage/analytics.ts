import { visibleTo, type JobAnalytics, type jobRoutes, type QueryOf } from '@ffapi/contracts';
import type { Collection } from '@ffapi/read-model';
import type { HourDocument, TypeCounts } from './analytics.projection.ts';
import { spanOf } from '../requests/index.ts';

const hourMs = 3_600_000;
const defaultSpanMs = { hour: 24 * hourMs, day: 30 * 24 * hourMs } as const;

type AnalyticsQuery = Partial<QueryOf<typeof jobRoutes.analytics>>;

interface Bucket {
  readonly start: string;
  submitted: number;
  completed: number;
  failed: number;
  cancelled: number;
  stored_bytes: number;
}

const rate = (completed: number, failed: number): number | null =>
  completed + failed === 0 ? null : completed / (completed + failed);

/** Sums of projected counters over a span, per hour or day, with rates and average durations by type. */
export const readAnalytics = async (
  hours: Collection<HourDocument>,
  caller: { readonly keyId: string; readonly isAdmin: boolean },
  query: AnalyticsQuery,
  now: string,
): Promise<JobAnalytics> => {
  const size = query.bucket ?? 'hour';
  const { from: after = query.created_after, to: before = query.created_before } = query;
  const { from, to } = spanOf({ after, before }, { now, usualMs: defaultSpanMs[size] });
  const buckets = new Map<string, Bucket>();
  const types = new Map<string, TypeCounts>();
  const errors = new Map<string, number>();
  for await (const hour of hoursBetween(hours, caller, from, to)) {
    const start = size === 'day' ? `${hour.hour.slice(0, 10)}T00:00:00.000Z` : hour.hour;
    const bucket = buckets.get(start) ?? {
      start,
      submitted: 0,
      completed: 0,
      failed: 0,
      cancelled: 0,
      stored_bytes: 0,
    };
    buckets.set(start, bucket);
    bucket.submitted += hour.submitted;
    bucket.completed += hour.completed;
    bucket.failed += hour.failed;
    bucket.cancelled += hour.cancelled;
    bucket.stored_bytes += hour.storedBytes;
    for (const [type, counts] of Object.entries(hour.byType)) {
      const sum = types.get(type) ?? { completed: 0, failed: 0, durationMsSum: 0 };
      types.set(type, {
        completed: sum.completed + counts.completed,
        failed: sum.failed + counts.failed,
        durationMsSum: sum.durationMsSum + counts.durationMsSum,
      });
    }
    for (const [code, count] of Object.entries(hour.errors)) errors.set(code, (errors.get(code) ?? 0) + count);
  }
  return {
    bucket: size,
    from,
    to,
    buckets: [...buckets.values()].map((bucket) => ({
      ...bucket,
      success_rate: rate(bucket.completed, bucket.failed),
    })),
    by_type: [...types].map(([type, { completed, failed, durationMsSum }]) => ({
      type,
      completed,
      failed,
      success_rate: rate(completed, failed),
      average_duration_ms: completed === 0 ? null : Math.round(durationMsSum / completed),
    })),
    top_errors: [...errors].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count),
  };
};

async function* hoursBetween(
  hours: Collection<HourDocument>,
  caller: { keyId: string; isAdmin: boolean },
  from: string,
  to: string,
): AsyncGenerator<HourDocument> {
  // The bucket that holds `from` begins before it.
  const gte = `${from.slice(0, 13)}:00:00.000Z`;
  let after: string | undefined;
  do {
    const where = { hour: { gte, lt: to }, ...visibleTo(caller) };
    const page = await hours.find({ where, sort: 'hour', after, limit: 500 });
    for (const { document } of page.documents) yield document;
    after = page.next ?? undefined;
  } while (after !== undefined);
}
