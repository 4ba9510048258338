import type { DomainEvent } from './event-store.ts';

/**
 * One aggregate as three pure parts (J. Chassaing's decider). `decide` returns the events that the command causes
 * (none for a repeat) or throws a refusal; it reads no clock: time, ids and randomness come with the command.
 */
export interface Decider<C, E extends DomainEvent, S> {
  readonly initialState: S;
  decide(command: C, state: S): readonly E[];
  evolve(state: S, event: E): S;
}

/** A command that the rules of the domain do not allow. The code is from contracts/errors; HTTP words are the HTTP server's business. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(code: string, details: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

export const refuse = (code: string, details?: Readonly<Record<string, unknown>>): never => {
  throw new Refusal(code, details);
};
