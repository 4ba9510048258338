import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { Environment } from '../service-process.ts';
import { demand, secondsSince, staged, type Drill } from './drill.ts';
import { copyOf, encodeOf, ended, submit, upload } from './orders.ts';
import { clockVariables } from './shifted-clock.ts';

const counts = { storage: 1, job: 2, transcode: 2, thumbnail: 1, webhook: 1, gateway: 1 };
const tenMinutesMs = 600_000;
const hourMs = 3_600_000;

const shifted = (offsetMs: number, stepMs = 0): Environment => ({
  NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'shifted-clock.ts')).href}`,
  [clockVariables.offset]: String(offsetMs),
  [clockVariables.step]: String(stepMs),
});

/** R23. */
export const clocksDiffer: Drill = {
  name: 'R23',
  promise: 'with clocks ten minutes apart and one that steps back an hour, every job ends once and in order',
  run: ({ dir }) => {
    const envOf = {
      'job-1': shifted(tenMinutesMs),
      'job-2': shifted(-tenMinutesMs),
      'transcode-1': shifted(tenMinutesMs),
      'transcode-2': shifted(-tenMinutesMs),
      storage: shifted(0, -hourMs),
    };
    return staged({ dir, counts, clipSeconds: 2, envOf }, async ({ client, clip, fleet, origin, receiver }) => {
      const fileId = await upload(client, clip);
      const hook = { webhook_url: receiver.url };
      const startMs = performance.now();
      for (const struck of ['job-1', 'transcode-2', 'job-2', 'transcode-1']) {
        const jobIds = await Promise.all([
          submit(client, '/v1/transcode', { ...encodeOf(fileId), ...hook }),
          submit(client, '/v1/transcode', { ...copyOf(fileId), ...hook }),
          submit(client, '/v1/probe', { url: `${origin.url}/clip.mp4`, ...hook }),
        ]);
        await fleet.kill(struck);
        const jobs = await ended(client, jobIds, 60);
        demand(
          jobs.every(({ status }) => status === 'completed'),
          `every job is completed: ${JSON.stringify(jobs.map(({ status, error }) => [status, error?.code]))}`,
        );
      }
      return { endSeconds: secondsSince(startMs) };
    });
  },
};
