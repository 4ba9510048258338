import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { readLegacy } from './legacy-metrics.ts';
import { metricTable, type MadeMetrics } from './metric-table.ts';

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200];
/** There is a series for each of them and each route. */
const answerBuckets = [0.01, 0.1, 1, 10];
const bytesPerSecondBuckets = [1e4, 1e5, 1e6, 3e6, 1e7, 3e7, 1e8, 3e8, 1e9];

export type Metrics = MadeMetrics & {
  /** Looks at what changes by itself each time that the text is asked for. */
  readonly onScrape: (look: () => Promise<void> | void) => void;
  readonly text: () => Promise<string>;
  readonly contentType: string;
};

const bucketsOf = (name: string): number[] => {
  if (name.endsWith('_bytes_per_second')) return bytesPerSecondBuckets;
  return name === metricTable.httpDuration.name ? answerBuckets : secondsBuckets;
};

const makers = { counter: Counter, gauge: Gauge, histogram: Histogram } as const;

/** The metrics of one process, in a registry of its own. */
export const createMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const made = Object.fromEntries(
    Object.entries(metricTable).map(([key, { name, kind, labels, help }]) => {
      const buckets = bucketsOf(name);
      const more = kind === 'histogram' ? { buckets } : {};
      return [key, new makers[kind]({ name, help, labelNames: [...labels], registers: [registry], ...more } as never)];
    }),
  ) as unknown as MadeMetrics;
  const looks: (() => Promise<void> | void)[] = [];
  return {
    ...made,
    onScrape: (look) => void looks.push(look),
    text: async () => {
      await Promise.all(looks.map((look) => look()));
      await readLegacy(made);
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
};
