import type { Document, DomainEvent, Projection } from '@ffapi/es';
import {
  documentsOf,
  runProjection,
  type Collection,
  type ProjectionOptions,
  type ReadModel,
  type RunningProjection,
} from '@ffapi/read-model';
import { projectionLease } from './projection-lease.ts';
import type { ServiceContext } from './runtime.ts';

export interface OpenOptions<E extends DomainEvent, D extends Document> extends Pick<
  ProjectionOptions<E, D>,
  'gatherMs' | 'onApplied' | 'signal'
> {
  /** Whether a lease that is held already keeps other processes from projecting it. */
  readonly isAlone?: boolean | undefined;
}

/** A projection that runs, and its documents. */
export interface OpenProjection<D extends Document> extends RunningProjection {
  readonly documents: Collection<D>;
}

/** Keeps a projection up to date, in one process at a time where the read model is shared. */
export const openProjection = <E extends DomainEvent, D extends Document>(
  context: ServiceContext,
  readModel: ReadModel,
  projection: Projection<E, D>,
  { isAlone = false, ...options }: OpenOptions<E, D> = {},
): OpenProjection<D> => {
  const running = runProjection({
    store: context.store,
    readModel,
    projection,
    lease: isAlone ? undefined : projectionLease(context, readModel, projection.name),
    onTrouble: (err) => context.log.warn({ err }, 'projection stands still'),
    ...options,
  });
  return { ...running, documents: documentsOf(readModel, projection) };
};

type Projections = Readonly<Record<string, Projection>>;

/** Projections that run, by the names under which they were given. */
export type OpenProjections<P extends Projections> = {
  readonly [Name in keyof P]: P[Name] extends Projection<infer _, infer D> ? OpenProjection<D> : never;
};

type OptionsByName<P extends Projections> = {
  readonly [Name in keyof P]?: P[Name] extends Projection<infer E, infer D> ? OpenOptions<E, D> : never;
};

/** The same for several, each with options of its own. */
export const openProjections = <P extends Projections>(
  context: ServiceContext,
  readModel: ReadModel,
  projections: P,
  options: OptionsByName<P> = {},
): OpenProjections<P> =>
  Object.fromEntries(
    Object.entries(projections).map(([name, projection]) => [
      name,
      openProjection(context, readModel, projection, options[name] as OpenOptions<DomainEvent, Document>),
    ]),
  ) as OpenProjections<P>;
