import type { ServiceContext, ServiceParts } from '@ffapi/service-kit';
import {
  atMost,
  createExec,
  createFactsCache,
  probeBlob,
  slotsOf,
  startMediaWorker,
  thumbnailOfBlob,
} from '@ffapi/worker';

export const name = 'thumbnail';

/** Runs the pool thumbnail, and looks at files that are stored. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  const exec = createExec(context.config);
  const started = Promise.withResolvers<void>();
  const facts = await createFactsCache(context.connection);
  const ports = { ...context, exec, facts };
  // A page of files asks for many at once.
  const inTurn = atMost(slotsOf(context.config));
  return {
    requests: {
      // Not before the sandbox is known to hold.
      'media.probe': async ({ blob }) => started.promise.then(() => probeBlob(ports, blob)),
      'media.thumbnail': async ({ blob }) => {
        await started.promise;
        return inTurn(() => thumbnailOfBlob(ports, blob));
      },
    },
    start: async () => {
      const pool = await startMediaWorker(context, exec, 'thumbnail');
      started.resolve();
      return pool;
    },
  };
};
