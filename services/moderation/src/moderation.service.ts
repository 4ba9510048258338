import { createEgress } from '@ffapi/egress';
import {
  ProviderHealth,
  type ComponentHealth,
  type Running,
  type ServiceContext,
  type ServiceParts,
} from '@ffapi/service-kit';
import { isOutboundFailure } from '@ffapi/outbound';
import { drainGraceMsOf, slotsOf, startWorker } from '@ffapi/worker';
import { reviewRequests, classifyModerationFailure, runModeration } from './reviews/index.ts';
import { configuredProvider, type ModerationProvider } from './providers/index.ts';

export const name = 'moderation';

/** Providers are waited for most of the time. */
const slotsPerCore = 4;

interface Looking extends Running {
  readonly health: () => ComponentHealth;
}

const startLooking = async (context: ServiceContext): Promise<Looking | null> => {
  const { config } = context;
  const egress = createEgress({ allowPrivateIps: config.ALLOW_PRIVATE_IPS });
  const provider = configuredProvider(config, { egress, now: () => new Date(context.now()) });
  if (!provider) return null;
  const calls = new ProviderHealth(provider.name);
  const watched: ModerationProvider = {
    ...provider,
    look: (frame, signal) => calls.watch(() => provider.look(frame, signal), isOutboundFailure),
  };
  const worker = await startWorker({
    ...context,
    pool: 'moderation',
    slots: slotsOf(config) * slotsPerCore,
    runners: { moderate: runModeration(watched, config.MODERATION_CONFIDENCE_THRESHOLD) },
    capabilities: () => ({ moderators: [provider.name] }),
    ackWaitMs: config.WORK_ACK_WAIT_SECONDS * 1000,
    classify: classifyModerationFailure,
  });
  return {
    health: () => calls.health(),
    inHand: worker.inHand,
    stop: async () => {
      await worker.drain(drainGraceMsOf(config));
      await egress.close();
    },
  };
};

/** Runs the pool moderation where it is switched on; reviews can be decided in any case. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => {
  let looking: Looking | null = null;
  return {
    health: async () => ({ moderation: looking?.health() ?? { status: 'absent' } }),
    requests: reviewRequests(context),
    start: async () => {
      looking = await startLooking(context);
      return { inHand: () => looking?.inHand?.() ?? 0, stop: async () => looking?.stop() };
    },
  };
};
