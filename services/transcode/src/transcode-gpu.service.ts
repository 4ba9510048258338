import type { ComponentHealth, ServiceContext, ServiceParts } from '@ffapi/service-kit';
import { createGpuExec, startMediaWorker, watchGpu, type GpuWatch, type MediaPool } from '@ffapi/worker';

const notEnabled = 'ENABLE_GPU is not set';

/** Runs the pool transcode-gpu, once its GPU is seen to work; until then it takes nothing, and says why. */
export const setupGpu = async (context: ServiceContext): Promise<ServiceParts> => {
  const { config, log } = context;
  let watch: GpuWatch | null = null;
  const health = async (): Promise<Readonly<Record<string, ComponentHealth>>> => {
    const reason = config.ENABLE_GPU ? (watch?.reason() ?? null) : notEnabled;
    if (reason === null) return { gpu: { status: 'up' } };
    // Alone it is of no use without a GPU: whoever placed it there must hear of it. Among others it is only missed.
    const isAlone = config.SERVICES?.trim() === context.service;
    return { gpu: { status: isAlone ? 'down' : config.ENABLE_GPU ? 'degraded' : 'absent', detail: { reason } } };
  };
  if (!config.ENABLE_GPU) return { health };
  const exec = createGpuExec(config);
  return {
    health,
    start: async () => {
      let pool: MediaPool | null = null;
      watch = await watchGpu({
        exec,
        device: config.GPU_DEVICE,
        log,
        metrics: context.metrics,
        onWorks: async (seen) => {
          pool = await startMediaWorker(context, exec, 'transcode-gpu', seen);
        },
      });
      return {
        inHand: () => pool?.inHand() ?? 0,
        stop: async () => {
          watch?.stop();
          await pool?.stop();
        },
      };
    },
  };
};
