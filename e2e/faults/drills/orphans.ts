import { join } from 'node:path';
import { blobsIn } from '../disk.ts';
import { demand, secondsSince, staged, until, type Drill } from './drill.ts';
import { copyOf, ended, submit, upload } from './orders.ts';

const counts = { storage: 1, job: 1, transcode: 1, thumbnail: 1, webhook: 1, gateway: 1 };
const env = { CLEANUP_INTERVAL_SECONDS: '1', CLEANUP_GRACE_SECONDS: '3' };

/** R4, the bytes. */
export const orphanedBytes: Drill = {
  name: 'R4/orphans',
  promise: 'stored bytes that no event names are removed after their grace, and no others are',
  run: ({ dir }) =>
    staged({ dir, counts, env }, async ({ client, clip, fleet }) => {
      const kept = await ended(client, [await submit(client, '/v1/transcode', copyOf(await upload(client, clip)))], 60);
      const blobs = (): number => blobsIn(join(dir, 'fleet', 'storage')).length;
      const before = blobs();
      for (let i = 0; i < 3; i++) {
        const form = new FormData();
        form.set('file', new Blob([`not to be kept ${i}`]), 'program.exe');
        const answer = await client.call('POST', '/v1/files', { body: form });
        demand(answer?.status === 415, `refused with 415, not ${answer?.status}`);
      }
      const orphans = blobs() - before;
      demand(orphans === 3, `the bytes were stored before they were refused: ${orphans}`);
      await fleet.kill('storage');
      const startMs = performance.now();
      await until('they are removed', 30, () => blobs() === before);
      demand(kept[0]?.status === 'completed', 'the job beside them is completed');
      return { orphans, removedSeconds: secondsSince(startMs) };
    }),
};
