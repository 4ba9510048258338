import type { Components, HealthReport } from './announce-health.ts';
import type { ComponentHealth } from './service.ts';

/** A process that has said nothing for so long is gone. */
const goneAfterMs = 15_000;
const worstFirst: readonly ComponentHealth['status'][] = ['down', 'degraded', 'up', 'absent'];
const rank = ({ status }: ComponentHealth): number => worstFirst.indexOf(status);

/** What all processes say of their components, by the last word of each. */
export class HealthBoard {
  readonly #reports = new Map<string, { readonly components: Components; readonly atMs: number }>();

  record({ instance, components }: HealthReport, nowMs: number): void {
    this.#reports.set(instance, { components, atMs: nowMs });
  }

  /** Each component as the process sees it that is worst off. */
  components(nowMs: number): Components {
    const worst: Record<string, ComponentHealth> = {};
    for (const [instance, { components, atMs }] of this.#reports) {
      if (nowMs - atMs > goneAfterMs) this.#reports.delete(instance);
      else
        for (const [name, health] of Object.entries(components)) {
          const before = worst[name];
          if (!before || rank(health) < rank(before)) worst[name] = health;
        }
    }
    return worst;
  }
}
