import type { AlertRule } from '@ffapi/contracts';
import { createEgress } from '@ffapi/egress';
import type { Running, ServiceContext, ServiceParts } from '@ffapi/service-kit';
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
  const { ALLOW_PRIVATE_IPS: allowPrivateIps, ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secret } = context.config;
  const egress = createEgress({ allowPrivateIps });
  const receiver = url === undefined ? null : { egress, url, secret };
  const { stop } = startAlerting(context, { ...watching, receiver });
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
