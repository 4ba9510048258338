import type { Counter, Gauge, Histogram } from 'prom-client';
import { legacyRows } from './legacy-rows.ts';

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
  ffmpegTargetFps: {
    name: 'ffapi_ffmpeg_target_fps',
    kind: 'gauge',
    labels: ['type'],
    help: 'Frames per second at which the newest encode would have run in real time.',
  },
  queueWait: {
    name: 'ffapi_queue_wait_seconds',
    kind: 'histogram',
    labels: [],
    help: 'From accepted to the start of the first task.',
  },
  cpuUtilization: {
    name: 'ffapi_cpu_utilization_ratio',
    kind: 'gauge',
    labels: [],
    help: 'Share of the processors of this machine that was at work since it was last asked for.',
  },
  gpuUtilization: {
    name: 'ffapi_gpu_utilization_ratio',
    kind: 'gauge',
    labels: ['gpu'],
    help: 'How busy the GPU is, from 0 to 1, as nvidia-smi says.',
  },
  diskIo: {
    name: 'ffapi_disk_io_bytes_total',
    kind: 'counter',
    labels: ['direction'],
    help: 'Bytes that this process and the tools it has run have read from disks and written to them (Linux).',
  },
  transferRate: {
    name: 'ffapi_transfer_bytes_per_second',
    kind: 'histogram',
    labels: ['direction'],
    help: 'Speed of files that come and go: fetch (from a URL), upload, download.',
  },
  storageFree: {
    name: 'ffapi_storage_free_bytes',
    kind: 'gauge',
    labels: [],
    help: 'Bytes that are free where files are kept.',
  },
  storageQuotaUsed: {
    name: 'ffapi_storage_quota_used_ratio',
    kind: 'gauge',
    labels: ['api_key_id'],
    help: 'Share of its storage quota that a key had in use when it last stored a file.',
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
  incidentsOpen: {
    name: 'ffapi_incidents_open',
    kind: 'gauge',
    labels: ['rule', 'severity'],
    help: 'Open incidents, told by the process that watches.',
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
  eventStreamsOpen: {
    name: 'ffapi_event_streams_open',
    kind: 'gauge',
    labels: [],
    help: 'Clients that follow a job now: event streams, WebSockets, requests that wait for its end.',
  },
  eventStoreBytes: {
    name: 'ffapi_event_store_bytes',
    kind: 'gauge',
    labels: [],
    help: 'Size of the event store.',
  },
  eventStoreLimit: {
    name: 'ffapi_event_store_limit_bytes',
    kind: 'gauge',
    labels: [],
    help: 'The size at which the event store is full.',
  },
  webhookAttempts: {
    name: 'ffapi_webhook_attempts_total',
    kind: 'counter',
    labels: ['outcome'],
    help: 'Calls to receivers: delivered, failed (tried again later), given_up.',
  },
  webhookLag: {
    name: 'ffapi_webhook_lag_seconds',
    kind: 'gauge',
    labels: [],
    help: 'How long the oldest delivery that is due has waited.',
  },
  componentUp: {
    name: 'ffapi_component_up',
    kind: 'gauge',
    labels: ['component'],
    help: '1 while what the platform depends on does its work (scanner, webhooks, moderation, translation), 0 while not.',
  },
  connectionsRefused: {
    name: 'ffapi_connections_refused_total',
    kind: 'counter',
    labels: [],
    help: 'Connections of addresses that had as many as they may.',
  },
  processFaults: {
    name: 'ffapi_process_faults_total',
    kind: 'counter',
    labels: ['origin'],
    help: 'Defects that nothing caught, by where they came up: uncaughtException, unhandledRejection.',
  },
  ...legacyRows,
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

/** A metric of prom-client for each row. */
export type MadeMetrics = { readonly [K in keyof Table]: Made<K> };
