import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200];

/** Every metric: its name, its kind, its labels, what it tells. A name is never reused for another meaning. */
export const metricTable = {
  jobsStarted: { name: 'ffapi_jobs_started_total', kind: 'counter', labels: ['type'], help: 'Jobs accepted.' },
  jobsCompleted: { name: 'ffapi_jobs_completed_total', kind: 'counter', labels: ['type'], help: 'Jobs completed.' },
  jobsFailed: { name: 'ffapi_jobs_failed_total', kind: 'counter', labels: ['type', 'code'], help: 'Jobs failed.' },
  jobDuration: {
    name: 'ffapi_job_duration_seconds',
    kind: 'histogram',
    labels: ['type'],
    help: 'From accepted to completed.',
  },
  queueDepth: { name: 'ffapi_queue_depth', kind: 'gauge', labels: ['pool'], help: 'Tasks that wait for their turn.' },
  activeWorkers: {
    name: 'ffapi_active_workers',
    kind: 'gauge',
    labels: ['pool'],
    help: 'Workers that were heard of in the last 15 s.',
  },
  ffmpegFps: {
    name: 'ffapi_ffmpeg_fps',
    kind: 'gauge',
    labels: ['type'],
    help: 'Frames per second of the newest encode.',
  },
  ffmpegSpeed: {
    name: 'ffapi_ffmpeg_speed_ratio',
    kind: 'gauge',
    labels: ['type'],
    help: 'Speed of the newest encode, in multiples of real time.',
  },
  blobsRemoved: {
    name: 'ffapi_blobs_removed_total',
    kind: 'counter',
    labels: [],
    help: 'Stored bytes that nothing named any more, deleted.',
  },
  blobsMissing: {
    name: 'ffapi_blobs_missing',
    kind: 'gauge',
    labels: [],
    help: 'Stored bytes that something names and that are not there.',
  },
  httpRequests: {
    name: 'ffapi_http_requests_total',
    kind: 'counter',
    labels: ['route', 'method', 'status'],
    help: 'Requests answered.',
  },
  httpDuration: {
    name: 'ffapi_http_request_duration_seconds',
    kind: 'histogram',
    labels: ['route'],
    help: 'Time to answer.',
  },
  httpErrors: {
    name: 'ffapi_http_errors_total',
    kind: 'counter',
    labels: ['code'],
    help: 'Problems answered, by code.',
  },
} as const satisfies Record<
  string,
  { name: string; kind: 'counter' | 'gauge' | 'histogram'; labels: readonly string[]; help: string }
>;

type Table = typeof metricTable;
type Made<K extends keyof Table> = Table[K]['kind'] extends 'counter'
  ? Counter<Table[K]['labels'][number]>
  : Table[K]['kind'] extends 'gauge'
    ? Gauge<Table[K]['labels'][number]>
    : Histogram<Table[K]['labels'][number]>;

export type Metrics = { readonly [K in keyof Table]: Made<K> } & {
  readonly text: () => Promise<string>;
  readonly contentType: string;
};

const makers = { counter: Counter, gauge: Gauge, histogram: Histogram } as const;

/** The metrics of one process, in a registry of its own. */
export const createMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const made = Object.fromEntries(
    Object.entries(metricTable).map(([key, { name, kind, labels, help }]) => {
      const buckets = kind === 'histogram' ? { buckets: secondsBuckets } : {};
      return [
        key,
        new makers[kind]({ name, help, labelNames: [...labels], registers: [registry], ...buckets } as never),
      ];
    }),
  );
  return { ...made, text: () => registry.metrics(), contentType: registry.contentType } as Metrics;
};
