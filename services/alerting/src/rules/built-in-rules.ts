import type { AlertRule } from '@ffapi/contracts';

const minute = 60;

/** The rules every platform has. */
export const builtInRules: readonly AlertRule[] = [
  {
    name: 'high_failure_rate',
    title: 'High failure rate',
    metric: 'job_failure_rate',
    comparison: 'above',
    threshold: 0.2,
    windowSeconds: 5 * minute,
    samplesMin: 10,
    clearSeconds: 5 * minute,
    severity: 'critical',
  },
  {
    name: 'low_disk_space',
    title: 'Low disk space',
    metric: 'free_disk_space_mb',
    comparison: 'below',
    threshold: 5_000,
    windowSeconds: 0,
    samplesMin: 1,
    clearSeconds: 5 * minute,
    severity: 'warning',
  },
  {
    name: 'long_queue',
    title: 'Long queue',
    metric: 'queue_depth',
    comparison: 'above',
    threshold: 50,
    windowSeconds: 10 * minute,
    samplesMin: 1,
    clearSeconds: 5 * minute,
    severity: 'warning',
  },
  {
    // Use is told from four fifths on: a lower threshold would hear of nothing.
    name: 'quota_nearly_used',
    title: 'Quota nearly used',
    metric: 'quota_used_ratio',
    comparison: 'at_least',
    threshold: 0.8,
    windowSeconds: 0,
    samplesMin: 1,
    clearSeconds: 0,
    severity: 'warning',
  },
];
