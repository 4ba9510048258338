import type { ServiceContext } from '@ffapi/service-kit';

const everyMs = 1_000;
/** Above this share nothing new is taken, so that running jobs can still write how they end. */
const admissionRatio = 0.8;

export interface StoreUsage {
  readonly isFull: () => boolean;
  stop(): void;
}

/** Keeps an eye on how full the event store is, off the path of a submit. */
export const watchStoreUsage = (context: ServiceContext): StoreUsage => {
  let isFull = false;
  const look = async (): Promise<void> => {
    try {
      const { bytes, bytesMax } = await context.usage();
      isFull = bytes > bytesMax * admissionRatio;
    } catch (err) {
      context.log.warn({ err }, 'store usage');
    }
  };
  void look();
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return { isFull: () => isFull, stop: () => clearInterval(timer) };
};
