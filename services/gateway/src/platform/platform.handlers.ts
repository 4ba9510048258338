import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { z } from 'zod';
import { unlimitedBytes } from '@ffapi/blob';
import {
  operations,
  submitBody,
  withSnakeCase,
  type HealthDetailed,
  type HealthSummary,
  type Operation,
  type platformRoutes,
  type settingRoutes,
} from '@ffapi/contracts';
import type { ComponentHealth, Components, ServiceContext, SettingsNow } from '@ffapi/service-kit';
import { readAnalytics, type HourDocument } from '../usage/index.ts';
import { legacyHealth, legacyHealthWithoutFigures } from './legacy-health.ts';
import { gpuHealth } from './gpu-health.ts';
import type { Collection } from '@ffapi/read-model';
import type { DocRoute } from '../pages/index.ts';
import { settingHandlers } from './setting.handlers.ts';
import type { HandlersOf, Slice } from '../requests/index.ts';

export interface PlatformReads {
  /** What has ended, by the hour. */
  readonly hours: Collection<HourDocument>;
  /** Of the projections this gateway answers from. */
  health(): ComponentHealth;
}

export interface PlatformPorts {
  readonly context: ServiceContext;
  readonly settings: SettingsNow;
  readonly reads: PlatformReads;
  /** What every process says of what it depends on. */
  readonly reported: () => Components;
}

const questionMs = 1_500;

const measured = async (ask: () => Promise<unknown>): Promise<{ status: 'up' | 'down'; latency_ms?: number }> => {
  const start = performance.now();
  try {
    await ask();
    return { status: 'up', latency_ms: Math.round((performance.now() - start) * 10) / 10 };
  } catch {
    return { status: 'down' };
  }
};

const inBothSpellings = <T>(worker: T): T => withSnakeCase(worker, new Set());

const flatten = (components: Components): Record<string, { readonly status: ComponentHealth['status'] }> =>
  Object.fromEntries(Object.entries(components).map(([name, { status, detail }]) => [name, { status, ...detail }]));

/** What both views of health are made of, asked for once. */
const look = async (context: ServiceContext) => {
  const [events, free, work] = await Promise.all([
    measured(() => context.store.lastPosition()),
    context.blobs.freeBytes().catch(() => null),
    context.request('job.workers', {}, questionMs).catch(() => null),
  ]);
  return {
    events,
    free,
    isQueueUp: work !== null,
    workers: work?.workers ?? [],
    waiting: Object.values(work?.pending ?? {}).reduce((sum, count) => sum + count, 0),
  };
};

type Look = Awaited<ReturnType<typeof look>>;

const detailed = (
  { context, reads, reported }: PlatformPorts,
  { events, free, isQueueUp, workers, waiting }: Look,
  withFigures: boolean,
): HealthDetailed => {
  const [media] = workers.filter(({ capabilities }) => capabilities.ffmpegVersion !== undefined);
  const gpu = gpuHealth(workers);
  const isDiskOk = free !== null && free >= context.config.MIN_FREE_SPACE_MB * 1024 * 1024;
  const database = reads.health();
  // What has a figure of its own below is not repeated.
  const { gpu: _gpu, job: _job, ...others } = reported();
  const components: HealthDetailed['components'] = {
    ...flatten(others),
    api: { status: 'up' },
    database: { status: database.status, ...database.detail },
    event_store: events,
    storage: {
      status: free === null ? 'down' : 'up',
      free_space_gb: free === null || free === unlimitedBytes ? null : Math.round(free / 1e8) / 10,
    },
    ffmpeg: {
      status: media ? 'up' : 'down',
      version: media?.capabilities.ffmpegVersion ?? 'n/a',
      warnings: media?.capabilities.warnings ?? [],
    },
    gpu,
    queue: { status: isQueueUp ? 'up' : 'down', depth: waiting, workers: workers.length },
  };
  const isHealthy = Object.values(components).every(({ status }) => status === 'up' || status === 'absent') && isDiskOk;
  const shown = withFigures
    ? components
    : Object.fromEntries(Object.entries(components).map(([name, { status }]) => [name, { status }]));
  return {
    status: isHealthy ? 'healthy' : 'degraded',
    timestamp: context.now(),
    version: context.version,
    components: shown,
    checks: {
      disk_space: isDiskOk ? 'ok' : 'low',
      ffmpeg_available: media ? 'ok' : 'missing',
      gpu_available: gpu.status === 'up' ? 'ok' : 'absent',
    },
    ...(withFigures ? { workers: workers.map(inBothSpellings) } : {}),
  };
};

const freeBytesOf = async (dir: string): Promise<number | null> => {
  const { bavail, bsize } = await statfs(dir).catch(() => ({ bavail: null, bsize: 0 }));
  return bavail === null ? null : bavail * bsize;
};

const summary = async (ports: PlatformPorts, withFigures: boolean): Promise<HealthSummary> => {
  const { context, reads } = ports;
  const { config } = context;
  const everybody = { keyId: '', isAdmin: true };
  const [looked, worked, lastDay] = await Promise.all([
    look(context),
    freeBytesOf(context.dataDir),
    withFigures ? readAnalytics(reads.hours, everybody, {}, context.now()) : null,
  ]);
  const sum = (name: 'completed' | 'failed'): number =>
    lastDay?.buckets.reduce((total, bucket) => total + bucket[name], 0) ?? 0;
  const health = legacyHealth({
    freeBytes: { stored: looked.free, worked },
    freeBytesMin: config.MIN_FREE_SPACE_MB * 1024 * 1024,
    memory: { totalBytes: totalmem(), freeBytes: freemem() },
    workers: looked.workers,
    operations: {
      waiting: looked.waiting,
      completed: sum('completed'),
      failed: sum('failed'),
      errors: Object.fromEntries((lastDay?.top_errors ?? []).map(({ code, count }) => [code, count])),
    },
  });
  const older = withFigures ? health : legacyHealthWithoutFigures(health);
  return { ok: isReady(ports), ...detailed(ports, looked, false), ...older };
};

const isReady = ({ context, reads }: PlatformPorts): boolean =>
  reads.health().status !== 'down' && !context.connection.isClosed();

type PlatformHandlers = Omit<HandlersOf<typeof platformRoutes>, DocRoute>;

const platformHandlers = (ports: PlatformPorts): PlatformHandlers => {
  const { context } = ports;
  return {
    list_operations: async () => ({
      body: {
        data: Object.values(operations).map((operation) => ({
          id: operation.id,
          version: operation.version,
          summary: operation.summary,
          method: 'POST',
          path: operation.path,
          schema: z.toJSONSchema(submitBody(operation as Operation), { io: 'input', target: 'draft-2020-12' }),
          examples: operation.examples,
        })),
      },
    }),
    list_workers: async () => {
      const { workers, pending } = await context.request('job.workers', {}, questionMs);
      return { body: { data: workers.map(inBothSpellings), pending } };
    },
    metrics: async () => ({
      headers: { 'content-type': context.metrics.contentType },
      body: await context.metrics.text(),
    }),
    health: async (call) => ({ body: await summary(ports, !call.caller.isAnonymous) }),
    health_live: async () => ({ body: { status: 'live' } }),
    health_ready: async () =>
      isReady(ports)
        ? { body: { status: 'ready' } }
        : { status: 503, headers: { 'retry-after': '2' }, body: { status: 'starting' } },
    health_detailed: async (call) => ({ body: detailed(ports, await look(context), !call.caller.isAnonymous) }),
  };
};

/** How the platform is, and its settings. */
export const openPlatform = (ports: PlatformPorts): Slice<PlatformHandlers & HandlersOf<typeof settingRoutes>> => ({
  handlers: { ...platformHandlers(ports), ...settingHandlers(ports.context, ports.settings) },
});
