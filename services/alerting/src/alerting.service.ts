import type { AlertRule } from '@ffapi/contracts';
import { createEgress } from '@ffapi/egress';
import type { Running, ServiceContext, ServiceParts } from '@ffapi/service-kit';
import { configuredReceiver } from './channels/index.ts';
import { startAlerting } from './alerting.leader.ts';
import { builtInRules } from './rules/index.ts';

export const name = 'alerting';

export interface Watching {
  readonly rules: readonly AlertRule[];
  readonly everyMs: number;
}

const asBuilt: Watching = { rules: builtInRules, everyMs: 10_000 };

/** Watches by these rules, and tells whoever is configured. */
export const watchBy = (context: ServiceContext, watching: Watching): Running => {
  const egress = createEgress({ allowPrivateIps: context.config.ALLOW_PRIVATE_IPS });
  const { stop } = startAlerting(context, { ...watching, receiver: configuredReceiver(context.config, egress) });
  return {
    stop: async () => {
      await stop();
      await egress.close();
    },
  };
};

/** Opens incidents by the built-in rules where it is switched on. */
export const setup = async (context: ServiceContext): Promise<ServiceParts> => ({
  start: async () => (context.config.ALERTING_ENABLED ? watchBy(context, asBuilt) : { stop: async () => {} }),
});
