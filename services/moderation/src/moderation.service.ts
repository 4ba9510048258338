import { createEgress } from '@ffapi/egress';
import type { Running, ServiceContext, ServiceParts } from '@ffapi/service-kit';
import { drainGraceMsOf, slotsOf, startWorker } from '@ffapi/worker';
import { reviewRequests } from './consumers/answer-review-requests.ts';
import { configuredProvider } from './consumers/choose-provider.ts';
import { classifyModerationFailure, runModeration } from './consumers/run-moderation.ts';

export const name = 'moderation';

/** Providers are waited for most of the time. */
const slotsPerCore = 4;

const startLooking = async (context: ServiceContext): Promise<Running | null> => {
  const { config } = context;
  const egress = createEgress({ allowPrivateIps: config.ALLOW_PRIVATE_IPS });
  const provider = configuredProvider(config, { egress, now: () => new Date(context.now()) });
  if (!provider) return null;
  const worker = await startWorker({
    ...context,
    pool: 'moderation',
    slots: slotsOf(config) * slotsPerCore,
    runners: { moderate: runModeration(provider, config.MODERATION_CONFIDENCE_THRESHOLD) },
    capabilities: () => ({ moderators: [provider.name] }),
    ackWaitMs: config.WORK_ACK_WAIT_SECONDS * 1000,
    classify: classifyModerationFailure,
  });
  return {
    inHand: worker.inHand,
    stop: async () => {
      await worker.drain(drainGraceMsOf(config));
      await egress.close();
    },
  };
};

/** Runs the pool moderation where it is switched on; reviews can be decided in any case. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => ({
  requests: reviewRequests(context),
  start: async () => {
    const looking = await startLooking(context);
    return { inHand: () => looking?.inHand?.() ?? 0, stop: async () => looking?.stop() };
  },
});
