import type { Document } from '@ffapi/es';
import type { Collection, Stored } from './read-model.ts';

const scanLimit = 500;

/** Every document of a collection, in the order of ids. */
export async function* scanAll<D extends Document>(collection: Pick<Collection<D>, 'scan'>): AsyncGenerator<Stored<D>> {
  for (let afterId: string | null = null; ;) {
    const stored: Stored<D>[] = await collection.scan(afterId, scanLimit);
    yield* stored;
    if (stored.length < scanLimit) return;
    afterId = stored.at(-1)!.id;
  }
}
