import { perfAggregate, type PerfEvent, type PerfTestCompletedData } from '@ffapi/contracts';
import type { Projection } from '@ffapi/es';

/** One scenario of one run. */
export type PerfDocument = PerfTestCompletedData & {
  readonly at: string;
  /** Equal where figures may be compared. */
  readonly series: string;
};

/** Names the runs that a result is compared with: the same work on the same kind of device. */
export const seriesOf = (
  { scenario, input, operation, params }: Pick<PerfTestCompletedData, 'scenario' | 'input' | 'operation' | 'params'>,
  device: 'cpu' | 'gpu' | null,
): string =>
  JSON.stringify([scenario, input, operation, Object.entries(params).toSorted(([a], [b]) => (a < b ? -1 : 1)), device]);

/** The history of performance tests. */
export const perfResults: Projection<PerfEvent, PerfDocument> = {
  name: 'perf-results',
  version: 1,
  streams: [perfAggregate.pattern],
  indexes: [
    { where: [], sort: 'at' },
    { where: ['scenario'], sort: 'at' },
    { where: ['runId'], sort: 'at' },
    { where: ['series', 'verdict'], sort: 'at' },
  ],
  keys: ({ event }) => [`${event.data.runId} ${event.data.index}`],
  evolve: (_before, { event, occurredAt }) => ({
    ...event.data,
    at: occurredAt,
    series: seriesOf(event.data, event.data.figures?.device ?? null),
  }),
};
