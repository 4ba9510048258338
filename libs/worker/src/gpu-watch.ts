import { readGpuDevice, type GpuDevice, type MediaExec } from '@ffapi/media-exec';
import type { Logger, Metrics } from '@ffapi/telemetry';

/** A driver that is being replaced or a card that was reset is back in minutes. */
const againMs = 60_000;
const deviceMs = 15_000;

export interface GpuWatch {
  /** What is told of the GPU now. */
  readonly capabilities: () => Readonly<Record<string, unknown>>;
  /** Why it cannot be used; `null`: it can. */
  readonly reason: () => string | null;
  /** After a failure on it: what it said of itself may no longer hold. */
  readonly doubt: () => void;
  readonly stop: () => void;
}

export interface GpuWatchOptions {
  readonly exec: MediaExec;
  readonly device: number | undefined;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'gpuUtilization'>;
  /** Called when the GPU is first seen to work. */
  readonly onWorks: (watch: GpuWatch) => Promise<void>;
}

const reasonOf = async (exec: MediaExec): Promise<string | null> => {
  const found = await exec.gpuFindings();
  if (found === null || found.encoders.length > 0) return null;
  const complaints = Object.entries(found.complaints).map(([encoder, said]) => `${encoder}: ${said}`);
  return `no GPU encoder works (${complaints.join('; ')})`;
};

/** Looks what a GPU does: at the start, after failures, and every minute while it does nothing. */
export const watchGpu = async ({ exec, device, log, metrics, onWorks }: GpuWatchOptions): Promise<GpuWatch> => {
  let capabilities: Readonly<Record<string, unknown>> = {};
  let card: GpuDevice | null = null;
  let reason: string | null = 'not looked at yet';
  let looking: Promise<void> | null = null;
  let hasWorked = false;

  const readCard = async (): Promise<void> => {
    card = await readGpuDevice(device);
    if (card !== null && card.utilization !== null)
      metrics.gpuUtilization.set({ gpu: card.name }, card.utilization / 100);
  };
  const look = async (): Promise<void> => {
    const [known] = await Promise.all([exec.capabilities(), readCard()]);
    capabilities = { ...known };
    const before = reason;
    reason = await reasonOf(exec);
    if (reason !== null && reason !== before) log.warn({ reason }, 'the GPU cannot be used; nothing is taken for it');
    if (reason === null && before !== null) log.info({ card, encoders: known.hardwareEncoders }, 'the GPU works');
    if (reason !== null || hasWorked) return;
    await onWorks(watch);
    hasWorked = true;
  };
  const redetect = (): void => {
    if (looking !== null) return;
    exec.redetect();
    looking = look()
      .catch((err: unknown) => log.warn({ err }, 'the GPU could not be looked at'))
      .finally(() => (looking = null));
  };

  const again = setInterval(() => {
    if (reason !== null) redetect();
  }, againMs);
  const telling = setInterval(() => void readCard(), deviceMs);
  const watch: GpuWatch = {
    capabilities: () => ({ ...capabilities, gpu: card }),
    reason: () => reason,
    doubt: redetect,
    stop: () => {
      clearInterval(again);
      clearInterval(telling);
    },
  };
  try {
    await look();
  } catch (error) {
    watch.stop();
    throw error;
  }
  return watch;
};
