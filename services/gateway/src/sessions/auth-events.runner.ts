import { authStream, type AuthEvent } from '@ffapi/contracts';
import { ConcurrencyConflict, type Commit, type Head } from '@ffapi/es';
import type { Running, ServiceContext } from '@ffapi/service-kit';
import { AuthTally, type AuthCount, type AuthFact } from './auth-tally.ts';

/** Takes note of who was let in and who was not. */
export interface AuthEventRecorder extends Running {
  note(fact: AuthFact): void;
}

const writeMs = 5_000;
/** Keeps a commit well below what the store takes. */
const eventsMax = 100;
/** Failures have little room, so that those who are let in are never crowded out by those who are not. */
const failureRules = { holdMs: 60_000, factsMax: 200 };
const successRules = { holdMs: 3_600_000, factsMax: 5_000 };

const eventOf = ({ fact: { reason, ...who }, count, firstMs, lastMs }: AuthCount): AuthEvent => {
  const [firstAt, lastAt] = [new Date(firstMs).toISOString(), new Date(lastMs).toISOString()];
  const alike = { ...who, count, firstAt, lastAt };
  return reason === null
    ? { type: 'AuthenticationSucceeded', version: 1, data: alike }
    : { type: 'AuthenticationFailed', version: 1, data: { ...alike, reason } };
};

interface Pending {
  readonly stream: string;
  readonly commit: Commit<AuthEvent>;
}

/** Authentications as events, written every few seconds: no request causes a write of its own. */
class AuthFactWriter implements AuthEventRecorder {
  readonly #context: ServiceContext;
  readonly #failures = new AuthTally(failureRules);
  readonly #successes = new AuthTally(successRules);
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();
  /** A commit whose fate is unknown comes again as it was. */
  #pending: Pending | null = null;
  #end: { readonly stream: string; readonly head: Head | null } = { stream: '', head: null };

  constructor(context: ServiceContext) {
    this.#context = context;
    this.#timer = setInterval(() => void this.#writeDue(this.#nowMs()), writeMs);
  }

  note(fact: AuthFact): void {
    (fact.reason === null ? this.#successes : this.#failures).note(fact, this.#nowMs());
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writeDue(Infinity);
  }

  #nowMs(): number {
    return Date.parse(this.#context.now());
  }

  #writeDue(dueMs: number): Promise<void> {
    this.#writing = this.#writing
      .then(() => this.#write(dueMs))
      .catch((err: unknown) => this.#context.log.warn({ err }, 'authentications wait for the store'));
    return this.#writing;
  }

  async #write(dueMs: number): Promise<void> {
    while ((this.#pending ??= this.#next(dueMs)) !== null) {
      const { stream } = this.#pending;
      if (stream !== this.#end.stream) this.#end = { stream, head: null };
      const head = await this.#append(this.#pending);
      this.#end = { stream, head };
      this.#pending = null;
    }
  }

  async #append({ stream, commit }: Pending): Promise<Head> {
    const { store } = this.#context;
    try {
      return await store.append(stream, this.#end.head, commit);
    } catch (error) {
      if (!(error instanceof ConcurrencyConflict)) throw error;
      return store.append(stream, (await store.load(stream)).head, commit);
    }
  }

  #next(dueMs: number): Pending | null {
    const failed = this.#failures.take(dueMs, eventsMax);
    const counts = [...failed, ...this.#successes.take(dueMs, eventsMax - failed.length)];
    if (counts.length === 0) return null;
    const { instance, newId, now } = this.#context;
    const [id, occurredAt] = [newId('cmd'), now()];
    const stream = authStream(occurredAt.slice(0, 10), instance);
    const events = counts.map(eventOf);
    return { stream, commit: { id, occurredAt, correlationId: id, causationId: id, events } };
  }
}

export const recordAuthEvents = (context: ServiceContext): AuthEventRecorder => new AuthFactWriter(context);
