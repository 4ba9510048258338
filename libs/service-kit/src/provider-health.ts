import type { ComponentHealth } from './service.ts';

/** So many failures in a row are no accident. */
const failuresMax = 3;

/** The health of a service outside, by how the last calls to it went. */
export class ProviderHealth {
  readonly #name: string;
  #failures = 0;
  #reason: string | null = null;

  constructor(name: string) {
    this.#name = name;
  }

  /** Gives what the call gives, and remembers how it went; `isProviders` says whose fault a failure is. */
  async watch<T>(call: () => Promise<T>, isProviders: (error: unknown) => boolean): Promise<T> {
    try {
      const result = await call();
      this.#failures = 0;
      return result;
    } catch (error) {
      if (isProviders(error)) {
        this.#failures++;
        this.#reason = error instanceof Error ? error.message : String(error);
      }
      throw error;
    }
  }

  health(): ComponentHealth {
    const detail = { provider: this.#name };
    if (this.#failures < failuresMax) return { status: 'up', detail };
    return { status: 'degraded', detail: { ...detail, failures_in_a_row: this.#failures, reason: this.#reason } };
  }
}
