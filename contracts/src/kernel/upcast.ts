import { versionsOf, type Aggregate } from './aggregate.ts';

/** An event as a store holds it. */
interface StoredEvent {
  readonly type: string;
  readonly version: number;
  readonly data: unknown;
}

/**
 * An event of a stream in its newest version: the very same object where it is that already; `null` where its type or
 * version is none of those that are known here.
 */
export type Upcast = (stream: string, event: StoredEvent) => StoredEvent | null;

/** The upcast of these aggregates' events; no two of them have an event of the same name. */
export const upcastOf = (aggregates: readonly Aggregate[]): Upcast => {
  const known = new Map(
    aggregates.flatMap(({ kind, events }) =>
      Object.entries(events).map(([type, versions]) => {
        const upcasts = versions.upcast as Record<number, (data: unknown) => unknown>;
        return [type, { prefix: `${kind}.`, latest: versionsOf(versions).length, upcasts }] as const;
      }),
    ),
  );
  return (stream, event) => {
    const shape = known.get(event.type);
    if (!shape || event.version > shape.latest || !stream.startsWith(shape.prefix)) return null;
    if (event.version === shape.latest) return event;
    let { version, data } = event;
    for (; version < shape.latest; version++) data = shape.upcasts[version]!(data);
    return { ...event, version, data };
  };
};
