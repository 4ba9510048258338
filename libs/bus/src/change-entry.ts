import type { KV } from '@nats-io/kv';

/** Whether a create or an update of an entry failed because another writer was first. */
export const isLostRace = (error: unknown): boolean => /wrong last sequence|key exists/i.test(String(error));

/**
 * Changes the JSON value of an entry by compare and set, again and again on what others have left. The change is given
 * `null` where there is no value; when it gives `null`, the entry stays as it is and the answer is `false`.
 */
export const changeEntry = async <T>(
  bucket: KV,
  key: string,
  change: (value: T | null) => Promise<T | null>,
): Promise<boolean> => {
  for (;;) {
    const entry = await bucket.get(key);
    const next = await change(entry?.operation === 'PUT' ? entry.json<T>() : null);
    if (next === null) return false;
    const body = JSON.stringify(next);
    try {
      if (entry) await bucket.update(key, body, entry.revision);
      else await bucket.create(key, body);
      return true;
    } catch (error) {
      if (!isLostRace(error)) throw error;
    }
  }
};
