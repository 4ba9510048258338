import type { ServiceContext, ServiceParts } from '@ffapi/service-kit';
import { createExec, createFactsCache, probeBlob, startMediaWorker } from '@ffapi/worker';

export const name = 'thumbnail';

/** Runs the pool thumbnail, and looks at uploads. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  const exec = createExec(context.config);
  const started = Promise.withResolvers<void>();
  const facts = await createFactsCache(context.connection);
  return {
    requests: {
      'media.probe': async ({ blob }) => {
        // Not before the sandbox is known to hold.
        await started.promise;
        return probeBlob({ ...context, exec, facts }, blob);
      },
    },
    start: async () => {
      const pool = await startMediaWorker(context, exec, 'thumbnail');
      started.resolve();
      return pool;
    },
  };
};
