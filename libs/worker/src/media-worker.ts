import { existsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import type { BlobStore } from '@ffapi/blob';
import type { Config } from '@ffapi/config';
import type { Answer, Ask } from '@ffapi/contracts';
import type { EventStore } from '@ffapi/es';
import { createMediaExec, toolPaths, type GpuOptions, type MediaExec } from '@ffapi/media-exec';
import type { Logger } from '@ffapi/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import type { GpuWatch } from './gpu-watch.ts';
import { createFactsCache } from './facts-cache.ts';
import { classifyMediaFailure, runOperation, runPlanOnly, type OperationPorts } from './run-operation.ts';
import { sampleFrames } from './sample-frames.ts';
import { toolMemoryBytes } from './tool-memory.ts';
import { startWorker } from './worker.ts';

export interface MediaWorkerContext {
  readonly service: string;
  readonly instance: string;
  readonly version: string;
  readonly config: Config;
  readonly dataDir: string;
  readonly log: Logger;
  readonly connection: NatsConnection;
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly now: () => string;
  /** Asks the storage service what a key has stored and may store. */
  request(name: 'asset.use', ask: Ask<'asset.use'>): Promise<Answer<'asset.use'>>;
  /** Of the settings in force, those that count for media work. */
  openSettings(): Promise<() => { readonly ffmpeg_timeout_minutes: number }>;
}

/** Tasks at a time: as configured, fewer where cores are fewer. */
export const slotsOf = (config: Config): number =>
  Math.max(1, Math.min(config.WORKER_CONCURRENCY, availableParallelism()));

/** To end the children, to store what is handed back, to leave the broker. */
const handBackMs = 8_000;

/** How long a worker that is told to stop may go on with what it has in hand. */
export const drainGraceMsOf = ({ SHUTDOWN_GRACE_SECONDS }: Pick<Config, 'SHUTDOWN_GRACE_SECONDS'>): number =>
  Math.max(0, SHUTDOWN_GRACE_SECONDS * 1000 - handBackMs);

const mebibyte = 1024 * 1024;

const makeExec = (config: Config, gpu?: GpuOptions): MediaExec => {
  return createMediaExec({
    ...toolPaths((setting, installed) => requireTool(setting, config[setting], installed)),
    sandbox: config.SANDBOX,
    limits: {
      stallMs: config.FFMPEG_STALL_SECONDS * 1000,
      freeBytesMin: config.MIN_FREE_SPACE_MB * mebibyte,
      memoryBytesMax: toolMemoryBytes(config, Math.min(totalmem(), process.constrainedMemory() || Infinity)),
    },
    ...(config.FONTS_DIR ? { fontsDir: config.FONTS_DIR } : {}),
    ...(gpu ? { gpu } : {}),
  });
};

/** The pools of one process ask the tools what they can do once, which takes half a second. */
const execs = new WeakMap<Config, MediaExec>();

/** The tools of every pool but that of GPUs: they touch no GPU, also where there is one. */
export const createExec = (config: Config): MediaExec => {
  const exec = execs.get(config) ?? makeExec(config);
  execs.set(config, exec);
  return exec;
};

/** The tools of the pool of GPUs. */
export const createGpuExec = (config: Config): MediaExec =>
  makeExec(config, {
    ...(config.GPU_DEVICE === undefined ? {} : { device: config.GPU_DEVICE }),
    mayDecode: config.GPU_DECODER !== 'none',
    mayFilter: config.ENABLE_GPU_FILTERS,
  });

/** What a key may still store. Unknown, it is not held to: publishing counts once more, and waits for an answer. */
const quotaBytesLeft =
  ({ request, log }: MediaWorkerContext): OperationPorts['quotaBytesLeft'] =>
  async (apiKeyId) => {
    try {
      const { usedBytes, limitBytes } = await request('asset.use', { apiKeyId });
      return limitBytes === null ? Infinity : Math.max(0, limitBytes - usedBytes);
    } catch (err) {
      log.warn({ err, apiKeyId }, 'the storage quota is not known');
      return Infinity;
    }
  };

const requireTool = (setting: string, tool: string, installed: string): string => {
  const places = tool.includes('/') ? [tool] : (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, tool));
  if (places.some((place) => existsSync(place))) return tool;
  throw new Error(`${tool} is not here: install ${installed}, or say with ${setting} where it is`);
};

export interface MediaPool {
  /** With `WORKER_ONE_TASK`: when that task is done, or none came. */
  readonly ended?: Promise<void>;
  readonly inHand: () => number;
  stop(): Promise<void>;
}

/** Starts a pool of media work; refuses to when the sandbox does not hold. */
export const startMediaWorker = async (
  context: MediaWorkerContext,
  exec: MediaExec,
  pool: string,
  gpu?: GpuWatch,
): Promise<MediaPool> => {
  const { config } = context;
  const test = await exec.selfTest();
  if (!test.ok) throw new Error(`the sandbox does not hold (${test.level}): ${test.detail}`);
  const capabilities = await exec.capabilities();
  const settings = await context.openSettings();
  const slots = slotsOf(config);
  const ports = {
    exec,
    facts: await createFactsCache(context.connection),
    ffprobeVersion: String(capabilities.ffmpegVersion),
    wallClockMs: () => Math.round(settings().ffmpeg_timeout_minutes * 60_000),
    threads: 0,
    quotaBytesLeft: quotaBytesLeft(context),
    ...(gpu ? { gpu } : {}),
  };
  const worker = await startWorker({
    ...context,
    pool,
    slots,
    oneTask: config.WORKER_ONE_TASK,
    runners: { operation: runOperation(ports), plan: runPlanOnly(ports), sample: sampleFrames(ports) },
    capabilities: gpu?.capabilities ?? (() => ({ ...capabilities })),
    ackWaitMs: config.WORK_ACK_WAIT_SECONDS * 1000,
    classify: classifyMediaFailure,
  });
  return {
    ...(config.WORKER_ONE_TASK ? { ended: worker.ended } : {}),
    inHand: worker.inHand,
    stop: () => worker.drain(drainGraceMsOf(config)),
  };
};
