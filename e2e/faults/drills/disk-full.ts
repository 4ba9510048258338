import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../client.ts';
import type { Random } from '../random.ts';
import { demand, staged, until, type Drill } from './drill.ts';
import { copyOf, demandWhole, ended, slowEncodeOf, submit, upload, type EndedJob } from './orders.ts';
import { withVolume } from './volume.ts';

const counts = { storage: 1, job: 1, transcode: 1, thumbnail: 1, webhook: 1, gateway: 1 };
const clipSeconds = 4;

const codesOf = (jobs: readonly EndedJob[]): string =>
  [...new Set(jobs.map(({ status, error }) => error?.code ?? status))].toSorted().join();

/** R19, where the tools write. */
export const workVolumeFull: Drill = {
  name: 'R19/work',
  promise: 'a full work volume fails the job as disk_full, never completes it with a bad file, and is got over',
  run: ({ dir }) =>
    withVolume(join(dir, 'fleet', 'transcode', 'work'), 1, (volume) =>
      staged({ dir, counts, clipSeconds, env: { JOB_MAX_RETRIES: '1' } }, async (stage) => {
        const { client, clip } = stage;
        const fileId = await upload(client, clip);
        const orders = [copyOf(fileId), slowEncodeOf(fileId), slowEncodeOf(fileId)];
        const jobs = await ended(
          client,
          await Promise.all(orders.map((order) => submit(client, '/v1/transcode', order))),
          60,
        );
        demandWhole(stage.clip, jobs);
        demand(
          jobs.every(({ error }) => error?.code === 'disk_full'),
          `the jobs fail with disk_full, not ${codesOf(jobs)}`,
        );
        volume.resize(256);
        const again = await ended(client, [await submit(client, '/v1/transcode', slowEncodeOf(fileId))], 60);
        demandWhole(stage.clip, again);
        demand(again[0]?.status === 'completed', 'with room again the next job is completed');
        return { failures: codesOf(jobs) };
      }),
    ),
};

const isRefusal = (status: number | undefined): boolean => status === 507 || status === 503;

/** Uploads files of a size until one is refused. */
const fill = (client: Client, random: Random, sizeBytes: number): Promise<number> =>
  until('an upload is refused', 60, async () => {
    const form = new FormData();
    // Not the same bytes again: those would be stored once.
    form.set('file', new Blob([Buffer.alloc(sizeBytes, String(random()))]), 'filler.bin');
    const answer = await client.call('POST', '/v1/files', { body: form, promises: 'AssetStored' });
    if (answer !== null && answer.status >= 400)
      demand(isRefusal(answer.status), `refused with 507 or 503, not ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer !== null && answer.status >= 400 && answer.status;
  });

/** R19, where the outputs are kept. */
export const blobVolumeFull: Drill = {
  name: 'R19/outputs',
  promise: 'a full blob volume refuses uploads with 507, fails jobs as disk_full, and is got over',
  run: ({ dir, random }) =>
    withVolume(join(dir, 'fleet', 'storage', 'blobs'), 8, (volume) =>
      staged({ dir, counts, clipSeconds, env: { JOB_MAX_RETRIES: '1' } }, async (stage) => {
        const { client, clip } = stage;
        const fileId = await upload(client, clip);
        let refusal = 0;
        for (const sizeBytes of [1_000_000, 20_000]) refusal = await fill(client, random, sizeBytes);
        const jobs = await ended(client, [await submit(client, '/v1/transcode', slowEncodeOf(fileId))], 60);
        demandWhole(stage.clip, jobs);
        demand(jobs[0]?.error?.code === 'disk_full', `the job fails with disk_full, not ${codesOf(jobs)}`);
        volume.resize(256);
        const again = await ended(client, [await submit(client, '/v1/transcode', slowEncodeOf(fileId))], 60);
        demandWhole(stage.clip, again);
        demand(again[0]?.status === 'completed', 'with room again the next job is completed');
        return { refusal, full: codesOf(jobs) };
      }),
    ),
};

/** R19, where the events are kept. */
export const natsVolumeFull: Drill = {
  name: 'R19/events',
  promise: 'a full NATS volume refuses creation with 507 or 503, loses nothing it took, and is got over',
  run: ({ dir }) =>
    withVolume(join(dir, 'fleet', 'nats'), 2, (volume) =>
      staged({ dir, counts, clipSeconds: 1 }, async ({ client, clip, fleet }) => {
        const fileId = await upload(client, clip);
        const body = { url: fileId, metadata: { filler: 'x'.repeat(1_900) } };
        const taken: string[] = [];
        let refusal = 0;
        const takeMore = async (): Promise<void> => {
          while (refusal === 0) {
            const ask = { body, promises: 'JobAccepted' } as const;
            const answer = await client.call<{ job_id: string }>('POST', '/v1/probe', ask);
            if (answer?.status === 202) taken.push(answer.body.job_id);
            else if (answer) {
              demand(isRefusal(answer.status), `refused with 507 or 503, not ${answer.status}`);
              refusal = answer.status;
            }
          }
        };
        await Promise.all([takeMore(), takeMore(), takeMore(), takeMore()]);
        await delay(1_000);
        volume.resize(256);
        // JetStream, once it had no room to write, is off until the server is started again.
        await fleet.kill('nats');
        await ended(client, taken, 120);
        const [job] = await ended(client, [await submit(client, '/v1/probe', { url: fileId })], 30);
        demand(job?.status === 'completed', 'with room again the next job is completed');
        return { refusal, taken: taken.length };
      }),
    ),
};
