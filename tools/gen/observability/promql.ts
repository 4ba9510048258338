import { metricTable } from '@ffapi/telemetry';

type Metric = keyof typeof metricTable;

/** The name of a metric of the table: one that is not there does not compile. */
export const named = (metric: Metric, suffix = ''): string => `${metricTable[metric].name}${suffix}`;

const by = (labels: readonly string[]): string => (labels.length > 0 ? ` by (${labels.join(', ')})` : '');

/** The sum over all processes, by some of the metric's labels. */
export const sum = <M extends Metric>(metric: M, ...labels: (typeof metricTable)[M]['labels'][number][]): string =>
  `sum${by(labels)} (${named(metric)})`;

/** How fast a counter grows, a second. */
export const rate = <M extends Metric>(
  metric: M,
  window: string,
  ...labels: (typeof metricTable)[M]['labels'][number][]
): string => `sum${by(labels)} (rate(${named(metric)}[${window}]))`;

/** By how much a counter has grown. */
export const growth = (metric: Metric, window: string): string =>
  `(sum(increase(${named(metric)}[${window}])) or vector(0))`;

/** A quantile of a histogram, by some of its labels. */
export const quantile = <M extends Metric>(
  q: number,
  metric: M,
  window: string,
  ...labels: (typeof metricTable)[M]['labels'][number][]
): string =>
  `histogram_quantile(${q}, sum by (${['le', ...labels].join(', ')}) (rate(${named(metric, '_bucket')}[${window}])))`;
