import { createEgress } from '@ffapi/egress';
import { createTextTools } from '@ffapi/media-exec';
import type { ServiceContext, ServiceParts } from '@ffapi/service-kit';
import { configuredProviders } from '@ffapi/translation';
import { drainGraceMsOf, slotsOf, startWorker } from '@ffapi/worker';
import { classifyTranslationFailure, planTranslation, runTranslation, watchTranslators } from './translation/index.ts';

/** Translators are waited for most of the time. */
const slotsPerCore = 4;

/** Runs the pool remote: it calls translators, and needs no media tool. */
export const setupTranslate = async (context: ServiceContext): Promise<ServiceParts> => {
  const { config } = context;
  const egress = createEgress({ allowPrivateIps: config.ALLOW_PRIVATE_IPS });
  const runTextTool = createTextTools({ sandbox: config.SANDBOX });
  const { providers, health } = watchTranslators(configuredProviders(config, { egress, runTextTool }));
  return {
    health: async () => ({ translation: health() }),
    start: async () => {
      const worker = await startWorker({
        ...context,
        pool: 'remote',
        slots: slotsOf(config) * slotsPerCore,
        runners: { operation: runTranslation(providers), plan: planTranslation(providers) },
        capabilities: () => ({ translators: Object.keys(providers) }),
        ackWaitMs: config.WORK_ACK_WAIT_SECONDS * 1000,
        classify: classifyTranslationFailure,
      });
      return {
        inHand: worker.inHand,
        stop: async () => {
          await worker.drain(drainGraceMsOf(config));
          await egress.close();
        },
      };
    },
  };
};
