import type { RouteId } from '@ffapi/contracts';
import type { Handlers } from './handler.http.ts';

/** What a capability adds to the gateway. */
export interface Slice<Served extends Partial<Handlers> = Partial<Handlers>> {
  readonly handlers: Served;
  /** Ends what it does while its callers can still be answered. */
  readonly stop?: () => Promise<void>;
}

type ServedBy<S extends Slice> = S extends Slice<infer Served> ? keyof Served & RouteId : never;

/** The handlers of all slices; a later one may take a route over, as the paths of FFAPI 1 do. */
export const handlersOf = <const S extends readonly Slice[]>(slices: S): Pick<Handlers, ServedBy<S[number]>> =>
  Object.assign({}, ...slices.map(({ handlers }) => handlers)) as Pick<Handlers, ServedBy<S[number]>>;

/** Stops them in reverse order. */
export const stopAll = async (slices: readonly Slice[]): Promise<void> => {
  for (const { stop } of slices.toReversed()) await stop?.();
};
