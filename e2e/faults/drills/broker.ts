import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { demand, secondsSince, staged, until, type Drill } from './drill.ts';
import { copyOf, ended, slowEncodeOf, submit, upload } from './orders.ts';

const counts = { storage: 1, job: 2, transcode: 2, thumbnail: 1, webhook: 1, gateway: 1 };
const awayMs = 15_000;

/** R9. */
export const brokerAway: Drill = {
  name: 'R9',
  promise: 'without NATS reads go on and creation answers 503 with Retry-After; work resumes within 10 s of its return',
  run: ({ dir }) =>
    staged({ dir, counts, clipSeconds: 2 }, async ({ client, clip, fleet, receiver }) => {
      const fileId = await upload(client, clip);
      const hook = { webhook_url: receiver.url };
      const running = await Promise.all(
        Array.from({ length: 4 }, () => submit(client, '/v1/transcode', { ...slowEncodeOf(fileId), ...hook })),
      );
      let refused = 0;
      await fleet.outage(awayMs, async () => {
        for (const startMs = performance.now(); performance.now() - startMs < awayMs - 2_000; await delay(500)) {
          const answer = await client.call('POST', '/v1/probe', { body: { url: fileId }, promises: 'JobAccepted' });
          demand(answer?.status === 503, `creation is refused with 503, not ${answer?.status}`);
          demand(answer?.headers.get('retry-after') !== null, 'creation is refused with Retry-After');
          demand((await client.call('GET', '/v1/jobs'))?.status === 200, 'jobs are listed');
          demand((await client.call('GET', '/v1/files'))?.status === 200, 'files are listed');
          refused++;
        }
      });
      const startMs = performance.now();
      await ended(client, [await submit(client, '/v1/probe', { url: fileId })], 10);
      const resumeSeconds = secondsSince(startMs);
      await ended(client, running, 60);
      return { awaySeconds: awayMs / 1000, refused, resumeSeconds };
    }),
};

/** R10. */
export const workStreamLost: Drill = {
  name: 'R10',
  promise: 'when the stream of released work is deleted, all of it is released again within 60 s',
  run: ({ dir }) =>
    staged({ dir, counts, clipSeconds: 2 }, async ({ client, clip, fleet }) => {
      const fileId = await upload(client, clip);
      const jobIds = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          submit(client, '/v1/transcode', i % 3 === 0 ? slowEncodeOf(fileId) : copyOf(fileId)),
        ),
      );
      const connection = await connect({ servers: fleet.nats.url });
      await (await jetstreamManager(connection)).streams.delete('WORK');
      await connection.close();
      const startMs = performance.now();
      const jobs = await ended(client, jobIds, 60);
      demand(
        jobs.every(({ status }) => status === 'completed'),
        'every job is completed',
      );
      return { endSeconds: secondsSince(startMs) };
    }),
};

const readModels = ['gateway', 'job-1', 'job-2', 'webhook'];

/** R11. */
export const readModelsLost: Drill = {
  name: 'R11',
  promise: 'read models whose files are gone are built anew from the events, equal to what they were',
  run: ({ dir }) =>
    staged({ dir, counts }, async ({ client, clip, fleet, receiver }) => {
      const fileId = await upload(client, clip);
      const hook = { webhook_url: receiver.url };
      const order = (): Promise<string> => submit(client, '/v1/transcode', { ...copyOf(fileId), ...hook });
      const before = await Promise.all(Array.from({ length: 10 }, order));
      await ended(client, before, 60);
      const listed = await until('the list is up to date', 10, async () => {
        const jobs = await client.jobs('&status=completed');
        return jobs?.length === before.length && jobs;
      });
      for (const name of readModels) {
        rmSync(join(dir, 'fleet', name, 'read'), { recursive: true });
        await fleet.kill(name);
      }
      const startMs = performance.now();
      // What is created while they are built is in them afterwards.
      await ended(client, await Promise.all(Array.from({ length: 5 }, order)), 60);
      const again = await until('the list is whole again', 30, async () => {
        const jobs = await client.jobs('&status=completed');
        return jobs !== null && jobs.length === before.length + 5 && jobs;
      });
      const shapes = (jobs: typeof listed): string[] =>
        jobs.map(({ job_id, status, outputs }) => `${job_id} ${status} ${outputs.map(({ sha256 }) => sha256).join()}`);
      const rebuilt = new Set(shapes(again));
      demand(
        shapes(listed).every((shape) => rebuilt.has(shape)),
        'each job is listed as before',
      );
      return { wholeAfterSeconds: secondsSince(startMs) };
    }),
};
