import { keyStream, type CountedQuota } from '@ffapi/contracts';
import { handleCommand, type EventStore } from '@ffapi/es';
import { keyDecider, type KeyOrder } from './key.decider.ts';

export interface OrderPorts {
  readonly store: EventStore;
  readonly now: () => string;
  readonly newId: (kind: 'cmd') => string;
}

const by = 'quota';

/** Carries out what the platform itself orders of a key. */
const orderKey = async ({ store, now, newId }: OrderPorts, order: KeyOrder): Promise<void> => {
  await handleCommand(store, keyDecider, keyStream(order.keyId), order, {
    commitId: newId('cmd'),
    occurredAt: now(),
    correlationId: order.keyId,
    causationId: by,
  });
};

export interface QuotaTold {
  readonly quota: CountedQuota;
  readonly used: number;
  readonly limit: number;
  readonly periodStart: string;
}

/**
 * Writes down that four fifths of a quota are used, or that it was reached: once in its period. A person who logs in
 * has no key whose stream could tell it.
 */
export const recordQuotaEvent = async (
  ports: OrderPorts,
  tenantId: string,
  type: 'KeyQuotaNearlyUsed' | 'KeyQuotaExceeded',
  told: QuotaTold,
): Promise<void> => {
  if (!tenantId.startsWith('key_')) return;
  const event = { type, version: 1, data: { keyId: tenantId, ...told } } as const;
  await orderKey(ports, { type: 'TellQuota', keyId: tenantId, by, event });
};

/** Suspends a key that goes on asking beyond its quota. */
export const suspendForQuota = (ports: OrderPorts, keyId: string, refusals: number): Promise<void> =>
  orderKey(ports, { type: 'SuspendKey', keyId, by, reason: `${refusals} requests beyond its quota within an hour` });
