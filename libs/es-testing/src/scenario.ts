import assert from 'node:assert/strict';
import { Refusal, type Decider, type DomainEvent } from '@ffapi/es';

/** What the decider made of the command: state the expectation with one of these. */
export interface Outcome<E extends DomainEvent> {
  then(events: readonly E[]): void;
  /** The command was a repeat or had nothing left to do. */
  thenNothing(): void;
  thenRefused(code: string): void;
}

/** A decider brought to a state by its history; `when` gives it a command. */
export const given = <C, E extends DomainEvent, S>(decider: Decider<C, E, S>, history: readonly E[] = []) => ({
  when: (command: C): Outcome<E> => {
    const state = history.reduce((folded, event) => decider.evolve(folded, event), decider.initialState);
    const decide = () => decider.decide(command, state);
    const then = (events: readonly E[]) => {
      const decided = decide();
      assert.deepEqual(decided, events);
      decided.reduce((folded, event) => decider.evolve(folded, event), state);
    };
    return { then, thenNothing: () => then([]), thenRefused: (code) => assertRefused(decide, code) };
  },
});

const assertRefused = (decide: () => readonly DomainEvent[], code: string): void => {
  let decided: readonly DomainEvent[];
  try {
    decided = decide();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    assert.equal(error.code, code);
    return;
  }
  assert.fail(`expected the refusal ${code}, got ${JSON.stringify(decided)}`);
};
