import { EventUnknown, type DomainEvent } from './event-store.ts';

type DataOf<E extends DomainEvent, T extends E['type']> = Extract<E, { readonly type: T }>['data'];

/** The state after an event, by the event's type; `rest` is what the caller knows of it beside its data. */
type Changes<E extends DomainEvent, S, R extends readonly unknown[]> = {
  readonly [T in E['type']]: (state: S, data: DataOf<E, T>, ...rest: R) => S;
};

/**
 * The `evolve` of a decider: one line an event, and none may be missing. Throws `EventUnknown` for an event that the
 * aggregate does not have in this version of the platform.
 */
export const evolveBy =
  <E extends DomainEvent, S, R extends readonly unknown[] = []>(changes: Changes<E, S, R>) =>
  (state: S, event: E, ...rest: R): S => {
    const type: E['type'] = event.type;
    if (!Object.hasOwn(changes, type)) throw new EventUnknown(event);
    return changes[type](state, event.data as DataOf<E, typeof type>, ...rest);
  };

/** A line of `evolveBy` for what may not be there: it changes nothing then. */
export const ifThere =
  <S extends object, D, R extends readonly unknown[]>(change: (state: S, data: D, ...rest: R) => NoInfer<S>) =>
  (state: S | null, data: D, ...rest: R): S | null =>
    state && change(state, data, ...rest);
