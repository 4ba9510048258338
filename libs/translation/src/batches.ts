import type { TranslationProvider } from './provider.ts';

/** The texts in groups that one call may hold each; a text that is longer than allowed goes alone. */
export const batchesOf = (texts: readonly string[], limits: TranslationProvider['limits']): string[][] => {
  const batches: string[][] = [];
  let [batch, characters] = [[] as string[], 0];
  for (const text of texts) {
    const isFull = batch.length === limits.textsMax || characters + text.length > limits.charactersMax;
    if (isFull && batch.length > 0) {
      batches.push(batch);
      [batch, characters] = [[], 0];
    }
    batch.push(text);
    characters += text.length;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
};
