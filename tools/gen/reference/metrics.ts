import { metricTable } from '@ffapi/telemetry';
import { code, generated, table } from './markdown.ts';

/** The page of every metric. */
export const metricsPage = (): string =>
  [
    generated,
    '',
    '# Metrics',
    '',
    'In Prometheus text at `/metrics/prometheus` with a key, and without one on `METRICS_PORT`. A name is never reused for another meaning. Beside these the usual `process_*` and `nodejs_*` of prom-client are given.',
    '',
    table(
      ['Metric', 'Kind', 'Labels', 'Meaning'],
      Object.values(metricTable).map(({ name, kind, labels, help }) => [
        code(name),
        kind,
        labels.map((label) => code(label)).join(' '),
        help,
      ]),
    ),
    '',
  ].join('\n');
