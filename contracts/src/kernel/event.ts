import { z } from 'zod';

/** The data shapes of one aggregate's events by name and version. */
export type EventTable = Record<string, Record<number, z.ZodType>>;

type LatestData<V extends Record<number, z.ZodType>> = z.infer<V[keyof V]>;

/** The union of events a table describes, as deciders return them. */
export type EventOf<T extends EventTable> = {
  [K in keyof T & string]: { readonly type: K; readonly version: number; readonly data: LatestData<T[K]> };
}[keyof T & string];
