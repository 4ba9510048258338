import type { Document, DomainEvent, Projection } from '@ffapi/es';
import type { Collection, ReadModel } from './read-model.ts';

/** Where a projection has its documents, for whoever reads them. */
export const documentsOf = <E extends DomainEvent, D extends Document>(
  readModel: Pick<ReadModel, 'collection'>,
  { name, indexes }: Projection<E, D>,
): Collection<D> => readModel.collection<D>({ name, indexes });
