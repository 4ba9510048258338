import type { Route } from '@ffapi/contracts';
import type { Logger } from '@ffapi/telemetry';
import type { Access } from './access.http.ts';
import type { Caller } from '../identity/index.ts';
import { RequestRefused } from '../requests/index.ts';

/** A call that takes its time: who may make it, and what. */
export interface Standing {
  readonly caller: Caller;
  readonly route: Route;
}

type Lapsed = (code: string) => void;

const lookEveryMs = 1_000;

/**
 * Calls that go on after they were let in: event streams, WebSockets, waiting, uploads. Whoever loses their access
 * meanwhile loses them within seconds.
 */
export class StandingCalls {
  readonly #access: Access;
  readonly #log: Logger;
  readonly #open = new Map<Standing, Lapsed>();
  readonly #lapsed = new WeakMap<Standing, string>();
  #looking: NodeJS.Timeout;
  #isStopped = false;

  constructor(access: Access, log: Logger) {
    this.#access = access;
    this.#log = log;
    this.#looking = this.#lookLater();
  }

  /** Calls back, once, when the caller may no longer do this; gives the way to stop watching. */
  hold(call: Standing, onLapsed: Lapsed): () => void {
    this.#open.set(call, onLapsed);
    return () => void this.#open.delete(call);
  }

  /** Does work for a caller, refused as soon as they may no longer ask for it; the work is left to end by itself. */
  async during<T>(call: Standing, work: () => Promise<T>): Promise<T> {
    const lapsed = Promise.withResolvers<never>();
    const release = this.hold(call, (code) => lapsed.reject(new RequestRefused(code)));
    try {
      return await Promise.race([work(), lapsed.promise]);
    } finally {
      release();
    }
  }

  /** Refuses who may no longer ask. */
  refuseLapsed(call: Standing): void {
    const code = this.#lapsed.get(call) ?? this.#access.lapse(call.caller, call.route);
    if (code !== null) throw new RequestRefused(code);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#looking);
  }

  #lookLater(): NodeJS.Timeout {
    return setTimeout(async () => {
      await Promise.all([...this.#open].map(([call, onLapsed]) => this.#look(call, onLapsed)));
      if (!this.#isStopped) this.#looking = this.#lookLater();
    }, lookEveryMs).unref();
  }

  async #look(call: Standing, onLapsed: Lapsed): Promise<void> {
    const { caller, route } = call;
    try {
      const code = this.#access.lapse(caller, route) ?? (await this.#access.sessionLapse(caller));
      if (code === null || !this.#open.delete(call)) return;
      this.#lapsed.set(call, code);
      onLapsed(code);
    } catch (err) {
      // What cannot be asked now is asked again in a second.
      this.#log.warn({ err }, 'access of a standing call not looked at');
    }
  }
}
