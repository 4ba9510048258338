import type { Bucket } from './bucket.ts';
import { modifiedAtOf } from './look.ts';
import { objectsUnder } from './objects.ts';
import { eraseAll } from './stage.ts';

/**
 * Removes uploads that nobody goes on with, and counts their objects. One is as new as its newest piece: what was sent
 * first of a long one stays.
 */
export const sweep = async (bucket: Bucket, before: Date): Promise<number> => {
  const { incoming } = bucket.names;
  let removed = 0;
  let upload = { id: '', names: [] as string[], newest: new Date(0) };
  const end = async (): Promise<void> => {
    if (upload.newest >= before) return;
    await eraseAll(bucket, upload.names);
    removed += upload.names.length;
  };
  for await (const object of objectsUnder(bucket, incoming)) {
    const [id = ''] = object.name.slice(incoming.length).split('/');
    if (id !== upload.id) {
      await end();
      upload = { id, names: [], newest: new Date(0) };
    }
    const modifiedAt = modifiedAtOf(object);
    upload.names.push(object.name);
    if (modifiedAt > upload.newest) upload.newest = modifiedAt;
  }
  await end();
  return removed;
};
