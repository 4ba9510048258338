import { unlimitedBytes } from '@ffapi/blob';
import { gpuEncodersOf, gpuTestStatus, type WorkerLine } from './gpu-health.ts';

export interface HealthFigures {
  /** Of the volume that files are stored on, and of the one that is worked on; `null`: it cannot be told. */
  readonly freeBytes: { readonly stored: number | null; readonly worked: number | null };
  readonly freeBytesMin: number;
  readonly memory: { readonly totalBytes: number; readonly freeBytes: number };
  readonly workers: readonly WorkerLine[];
  /** Of the last day: what was waited for, and how what is over has ended. */
  readonly operations: {
    readonly waiting: number;
    readonly completed: number;
    readonly failed: number;
    readonly errors: Readonly<Record<string, number>>;
  };
}

/** Health by the names of FFAPI 1, for programs that read those. */
export const legacyHealth = (figures: HealthFigures) => {
  const { freeBytes, freeBytesMin, memory, workers, operations } = figures;
  const volume = (free: number | null) => ({
    ok: free !== null && free >= freeBytesMin,
    free_bytes: free === unlimitedBytes ? null : free,
  });
  const version = workers.find(({ capabilities }) => capabilities.ffmpegVersion !== undefined)?.capabilities
    .ffmpegVersion;
  const [encoder = null] = gpuEncodersOf(workers);
  const card = workers.find(({ capabilities }) => capabilities.gpu)?.capabilities.gpu;
  const ended = operations.completed + operations.failed;
  return {
    disk: { public: volume(freeBytes.stored), work: volume(freeBytes.worked), logs: volume(freeBytes.worked) },
    memory: { total_bytes: memory.totalBytes, free_bytes: memory.freeBytes },
    ffmpeg: {
      available: version !== undefined,
      version: version ?? null,
      error: version === undefined ? 'No worker with FFmpeg is there.' : null,
    },
    gpu: {
      requested: workers.some(({ pool }) => pool === 'transcode-gpu'),
      enabled: encoder !== null,
      runtime_disabled: gpuTestStatus(workers) === 'runtime_disabled',
      encoder,
      decoder: encoder?.endsWith('_nvenc') ? 'cuda' : null,
      device: card?.name ?? null,
      available: encoder !== null,
    },
    operations: {
      recent_success_rate: ended === 0 ? null : operations.completed / ended,
      queue: operations.waiting,
      error_counts: operations.errors,
    },
  };
};

/** The same for who has no key: whether, never how much. */
export const legacyHealthWithoutFigures = ({ disk, ffmpeg, gpu }: ReturnType<typeof legacyHealth>) => ({
  disk: { public: { ok: disk.public.ok }, work: { ok: disk.work.ok }, logs: { ok: disk.logs.ok } },
  ffmpeg: { available: ffmpeg.available },
  gpu: { available: gpu.available },
});
