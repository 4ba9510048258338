import type { ServiceContext, ServiceParts } from '@ffapi/service-kit';
import { createExec, createFactsCache, probeBlob, startMediaWorker, thumbnailOfBlob } from '@ffapi/worker';

export const name = 'thumbnail';

/** Runs the pool thumbnail, and looks at files that are stored. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  const exec = createExec(context.config);
  const started = Promise.withResolvers<void>();
  const facts = await createFactsCache(context.connection);
  const ports = { ...context, exec, facts };
  return {
    requests: {
      // Not before the sandbox is known to hold.
      'media.probe': async ({ blob }) => started.promise.then(() => probeBlob(ports, blob)),
      'media.thumbnail': async ({ blob }) => started.promise.then(() => thumbnailOfBlob(ports, blob)),
    },
    start: async () => {
      const pool = await startMediaWorker(context, exec, 'thumbnail');
      started.resolve();
      return pool;
    },
  };
};
