import type { MadeMetrics } from './metric-table.ts';

interface Sample {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly metricName?: string;
}

const sumOf = (samples: readonly Sample[]): number => samples.reduce((sum, { value }) => sum + value, 0);
const meanMsOf = (samples: readonly Sample[]): number => {
  const part = (end: string): number => sumOf(samples.filter(({ metricName }) => metricName?.endsWith(end)));
  const count = part('_count');
  return count === 0 ? 0 : Math.round((part('_sum') / count) * 1_000_000) / 1000;
};
const shareOf = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);

/** Brings the old names up to what the new ones tell now. */
export const readLegacy = async (metrics: MadeMetrics): Promise<void> => {
  const [requests, durations, queue, waits, before, beforeErrors, deepest] = await Promise.all(
    [
      metrics.httpRequests,
      metrics.httpDuration,
      metrics.queueDepth,
      metrics.queueWait,
      metrics.legacyRequests,
      metrics.legacyErrors,
      metrics.legacyQueueMax,
    ].map(async (metric) => (await metric.get()).values as readonly Sample[]),
  );
  const isError = ({ labels }: Sample): boolean => Number(labels.status) >= 400;
  const [total, errors, depth] = [sumOf(requests!), sumOf(requests!.filter(isError)), sumOf(queue!)];
  const [newTotal, newErrors] = [total - sumOf(before!), errors - sumOf(beforeErrors!)];
  metrics.legacyRequests.reset();
  for (const sample of requests!) {
    const labels = { path: String(sample.labels.route), result: isError(sample) ? 'error' : 'success' };
    metrics.legacyRequests.inc(labels, sample.value);
  }
  metrics.legacyErrors.set(errors);
  metrics.legacyAverageMs.set(meanMsOf(durations!));
  metrics.legacySuccess.set(shareOf(total - errors, total));
  metrics.legacyRecentTotal.set(newTotal);
  metrics.legacyRecentSuccess.set(shareOf(newTotal - newErrors, newTotal));
  metrics.legacyQueue.set(depth);
  metrics.legacyQueueMax.set(Math.max(depth, sumOf(deepest!)));
  metrics.legacyQueueWaitMs.set(meanMsOf(waits!));
};
