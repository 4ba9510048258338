import { tell } from '@ffapi/bus';
import type { Running } from './running.ts';
import type { ComponentHealth, Service } from './service.ts';
import type { ServiceContext } from './runtime.ts';

export type Components = Readonly<Record<string, ComponentHealth>>;

/** What one process says of its components. */
export interface HealthReport {
  readonly instance: string;
  readonly components: Components;
}

export const healthSubject = 'health.report';
const reportEveryMs = 5_000;
const isWell = ({ status }: ComponentHealth): boolean => status === 'up' || status === 'absent';

/** The components of all services of a process; one whose look fails is down. */
export const componentsOf = async (services: readonly Pick<Service, 'name' | 'health'>[]): Promise<Components> => {
  const looks = services.map(async ({ name, health }) => {
    try {
      return await health();
    } catch (error) {
      return { [name]: { status: 'down', detail: { reason: String(error) } } } satisfies Components;
    }
  });
  return Object.assign({}, ...(await Promise.all(looks))) as Components;
};

/**
 * Looks at the components of this process every few seconds: logs each that falls ill or is well again, counts it in
 * the metrics, and tells whoever listens on `healthSubject`.
 */
export const announceHealth = (
  { connection, instance, log, metrics }: ServiceContext,
  services: readonly Service[],
): Running => {
  const ill = new Set<string>();
  const note = (name: string, health: ComponentHealth): void => {
    metrics.componentUp.set({ component: name }, isWell(health) ? 1 : 0);
    if (isWell(health) === !ill.has(name)) return;
    if (ill.delete(name)) log.info({ component: name }, `${name} is well again`);
    else {
      ill.add(name);
      log.warn({ component: name, ...health.detail }, `${name} is ${health.status}`);
    }
  };
  const look = async (): Promise<void> => {
    const components = await componentsOf(services);
    for (const [name, health] of Object.entries(components)) note(name, health);
    tell(connection, healthSubject, { instance, components } satisfies HealthReport);
  };
  let looking = look();
  const timer = setInterval(() => (looking = look()), reportEveryMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
  };
};
