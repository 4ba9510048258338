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

const typesOf = ({ events }: Pick<Aggregate, 'events'>) =>
  new Map(
    Object.entries(events).map(([type, versions]) => [
      type,
      { latest: versionsOf(versions).length, upcast: versions.upcast as Record<number, (data: unknown) => unknown> },
    ]),
  );

/** The upcast of these aggregates' events. */
export const upcastOf = (aggregates: readonly Aggregate[]): Upcast => {
  const kinds = new Map(aggregates.map((aggregate) => [aggregate.kind, typesOf(aggregate)]));
  return (stream, event) => {
    const known = kinds.get(stream.slice(0, stream.indexOf('.')))?.get(event.type);
    if (!known || event.version > known.latest) return null;
    if (event.version === known.latest) return event;
    let { version, data } = event;
    for (; version < known.latest; version++) data = known.upcast[version]!(data);
    return { ...event, version, data };
  };
};
