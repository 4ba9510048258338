import type { z } from 'zod';
import { makeSubject } from './subject.ts';

/**
 * The shapes that an event's data has had, by version from 1. Where there are several, `upcast` says by each older version
 * how its data become those of the next.
 */
export interface EventVersions {
  readonly [version: number]: z.ZodType;
  readonly upcast?: Readonly<Record<number, (data: never) => unknown>> | undefined;
}

/** The shapes of an event by version, from the oldest. */
export const versionsOf = (event: EventVersions): [version: number, shape: z.ZodType][] => {
  const { upcast: _, ...shapes } = event;
  return Object.entries(shapes).map(([version, shape]) => [Number(version), shape]);
};

/** What is known of an aggregate apart from the shapes of its data. */
export interface Aggregate {
  readonly kind: string;
  /** The rest of a stream's name, with its parts in braces. */
  readonly stream: string;
  readonly parts: Readonly<Record<string, string>>;
  readonly describes: string;
  readonly events: Readonly<Record<string, EventVersions>>;
}

type Ones<N extends number, Seen extends 1[] = []> = Seen['length'] extends N ? Seen : Ones<N, [...Seen, 1]>;
type Next<N extends number> = [...Ones<N>, 1]['length'] & number;
/** The newest of versions that are counted from 1. */
type Latest<V, N extends number = 1> = Next<N> extends keyof V ? Latest<V, Next<N>> : N;
type Data<V, N> = N extends keyof V ? z.infer<V[N]> : never;

type Upcasts<V> = {
  readonly [N in Exclude<keyof V & number, Latest<V>>]: (data: Data<V, N>) => Data<V, Next<N>>;
};
/** An event with older versions does not compile without a way from each of them to the next. */
type WithUpcasts<V> = Latest<V> extends 1 ? { readonly upcast?: undefined } : { readonly upcast: Upcasts<V> };

type PartOf<S extends string> = S extends `${string}{${infer P}}${infer Rest}` ? P | PartOf<Rest> : never;
type PartsOf<S extends string> = S extends `${string}{${string}}${infer Rest}`
  ? [part: string | number, ...PartsOf<Rest>]
  : [];

/** The events of an aggregate in their newest version, as deciders return them and see them. */
export type EventOf<A extends Aggregate> = A extends Aggregate
  ? {
      [T in keyof A['events'] & string]: {
        readonly type: T;
        readonly version: Latest<A['events'][T]>;
        readonly data: Data<A['events'][T], Latest<A['events'][T]>>;
      };
    }[keyof A['events'] & string]
  : never;

/** Declares an aggregate: what its streams are called, and every event in every version that was ever stored. */
export const defineAggregate = <
  const K extends string,
  const S extends string,
  const E extends Readonly<Record<string, EventVersions>>,
>(declared: {
  readonly kind: K;
  readonly stream: S;
  readonly parts: Readonly<Record<PartOf<S>, string>>;
  readonly describes: string;
  readonly events: E & { readonly [T in keyof E]: WithUpcasts<E[T]> };
}) => ({
  ...declared,
  /** Of all its streams. */
  pattern: `${declared.kind}.>`,
  /** The name of one of its streams; throws `InvalidSubject` for a part that is not exactly one token. */
  streamOf: (...parts: PartsOf<S>): string => {
    const rest: (string | number)[] = [...parts];
    const tokens = declared.stream.split('.').map((token) => (token.startsWith('{') ? (rest.shift() ?? '') : token));
    return makeSubject(declared.kind, ...tokens);
  },
});
