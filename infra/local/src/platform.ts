import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { keepNatsServer, type NatsServer } from '@ffapi/bus';
import type { Config } from '@ffapi/config';
import type { Projection } from '@ffapi/es';
import type { GatewayReady } from '@ffapi/gateway';
import { createLogger, createMetrics, startTracing, watchHost, type Logger, type Metrics } from '@ffapi/telemetry';
import {
  announceHealth,
  openRuntime,
  platformVersion,
  serveInternals,
  startService,
  type Running,
  type Runtime,
  type Service,
  type ServiceContext,
  type ServiceParts,
} from '@ffapi/service-kit';

interface ServiceModule {
  readonly setup: (context: ServiceContext, onReady?: (ready: GatewayReady) => void) => Promise<ServiceParts>;
  /** Absent where it keeps none. */
  readonly projections?: readonly unknown[] | undefined;
}

/** The services that exist, in the order in which they start; a service is loaded only where it runs. */
const services: Readonly<Record<string, () => Promise<ServiceModule>>> = {
  storage: () => import('@ffapi/storage'),
  job: () => import('@ffapi/job'),
  transcode: () => import('@ffapi/transcode'),
  'transcode-gpu': async () => ({ setup: (await import('@ffapi/transcode')).setupGpu }),
  audio: () => import('@ffapi/audio'),
  subtitle: () => import('@ffapi/subtitle'),
  translate: async () => ({ setup: (await import('@ffapi/subtitle')).setupTranslate }),
  thumbnail: () => import('@ffapi/thumbnail'),
  moderation: () => import('@ffapi/moderation'),
  webhook: () => import('@ffapi/webhook'),
  alerting: () => import('@ffapi/alerting'),
  gateway: () => import('@ffapi/gateway'),
};

export const serviceNames = Object.keys(services);

/** What a service projects. */
export const projectionsOf = async (service: string): Promise<readonly Projection[]> =>
  ((await services[service]?.())?.projections ?? []) as readonly Projection[];

export interface Platform {
  /** Absent when this process runs no gateway. */
  readonly gateway: GatewayReady | null;
  readonly natsUrl: string;
  readonly log: Logger;
  /** Of the whole process. */
  readonly metrics: Metrics;
  /** Resolves when there is nothing left to run for, by itself: with what went wrong, or `null` when all is done. */
  readonly ended: Promise<string | null>;
  /** Tasks that its workers have in hand. */
  inHand(): number;
  stop(): Promise<void>;
}

export class UnknownService extends Error {
  override readonly name = 'UnknownService';
}

const chosen = (config: Config): string[] => {
  const names = config.SERVICES?.split(',').map((each) => each.trim()) ?? serviceNames;
  const unknown = names.filter((each) => !serviceNames.includes(each));
  if (unknown.length > 0)
    throw new UnknownService(`SERVICES names ${unknown.join(', ')}; there are ${serviceNames.join(', ')}`);
  return serviceNames.filter((each) => names.includes(each));
};

const partition = <T>(all: readonly T[], isFirst: (each: T) => boolean): [T[], T[]] => [
  all.filter(isFirst),
  all.filter((each) => !isFirst(each)),
];

/** NATS beside this process, on the same volume as everything else. */
const startNats = (config: Config): Promise<NatsServer> => {
  const log = createLogger({ level: config.LOG_LEVEL, service: 'nats', instance: String(process.pid) });
  return keepNatsServer({
    dir: resolve(config.FFAPI_DATA_DIR, 'nats'),
    onHeal: (reason) => log.warn({ reason }, 'nats-server had stopped writing and is started again'),
  });
};

/** Starts the chosen services in this process, and NATS beside it where none is given. */
export const startPlatform = async (config: Config): Promise<Platform> => {
  const names = chosen(config);
  const tracing = await startTracing({
    isEnabled: config.OTEL_ENABLED && config.OTEL_EXPORTER !== 'prometheus',
    endpoint: config.OTEL_ENDPOINT,
    version: platformVersion,
  });
  const metrics = createMetrics();
  watchHost(metrics);
  const nats = config.NATS_URL === undefined ? await startNats(config) : null;
  const natsUrl = config.NATS_URL ?? (nats as NatsServer).url;
  const monitorUrl = config.NATS_MONITOR_URL ?? nats?.monitorUrl;
  const started: Service[] = [];
  let gateway: GatewayReady | null = null;
  let internals: Running | null = null;
  let announcing: Running | null = null;
  let runtime: Runtime | null = null;
  const stop = async (): Promise<void> => {
    // The gateway first, so that nothing new comes in; then those that work, side by side: each may use the whole time.
    const [front, others] = partition(started, ({ name }) => name === 'gateway');
    await Promise.all(front.map((service) => service.stop()));
    await Promise.all(others.map((service) => service.stop()));
    await announcing?.stop();
    await internals?.stop();
    runtime?.log.info('stopped');
    await runtime?.close();
    await tracing.stop();
    await nats?.stop();
  };
  try {
    const { context: contextOf } = (runtime = await openRuntime({ config, natsUrl, monitorUrl, metrics }));
    const behind = await Promise.all(
      names.map(async (service) => {
        const context = contextOf(service);
        const { setup } = await (services[service] as NonNullable<(typeof services)[string]>)();
        return { service, context, parts: await setup(context, (ready) => (gateway = ready)) };
      }),
    );
    const [front, others] = partition(behind, ({ service }) => service === 'gateway');
    started.push(...(await Promise.all(others.map(({ context, parts: each }) => startService(context, each)))));
    for (const { context, parts: each } of front) started.push(await startService(context, each));
    if (config.WORKER_ONE_TASK && (started.length !== 1 || started[0]?.ended === undefined))
      throw new Error('WORKER_ONE_TASK=true needs SERVICES to name one of transcode, audio, subtitle and thumbnail');
    announcing = announceHealth(contextOf('process'), started);
    internals = await serveInternals(config, metrics, started, runtime.log);
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
  const { log } = runtime;
  log.info({ services: names, version: platformVersion }, 'all services are up');
  const ended = Promise.race([
    ...(nats ? [nats.exited.then((code) => `nats-server ended (${code ?? 'killed'})`, String)] : []),
    ...started.flatMap((service) => service.ended?.then(() => null) ?? []),
  ]);
  return {
    gateway,
    natsUrl,
    log,
    metrics,
    ended,
    inHand: () => started.reduce((sum, service) => sum + service.inHand(), 0),
    stop,
  };
};

/** Notes where the running platform is, for commands that act on it. */
export const noteRunning = (config: Config, platform: Platform): (() => void) => {
  const file = join(resolve(config.FFAPI_DATA_DIR), 'running.json');
  writeFileSync(
    file,
    JSON.stringify({ pid: process.pid, url: platform.gateway?.url ?? null, natsUrl: platform.natsUrl }),
  );
  return () => rmSync(file, { force: true });
};
