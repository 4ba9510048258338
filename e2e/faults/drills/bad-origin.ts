import { readFileSync } from 'node:fs';
import { demand, secondsSince, staged, type Drill } from './drill.ts';
import { demandWhole, ended, submit } from './orders.ts';
import { misbehaviourNames, startBadOrigin } from './origin.ts';

const counts = { storage: 1, job: 1, transcode: 1, thumbnail: 1, webhook: 1, gateway: 1 };
/** Three tries of the slowest check, which looks at the rate over 30 s. */
const secondsMax = 120;

/** What became of it may be either where the whole body came in the end. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'stall-before-headers': ['input_timeout'],
  'stall-in-body': ['input_timeout', 'input_truncated'],
  drip: ['input_timeout', 'input_truncated'],
  'too-long-a-length': ['input_truncated'],
  reset: ['input_truncated', 'input_unreachable'],
  endless: ['input_too_large'],
  html: ['media_type_refused', 'media_unreadable'],
  'range-lies': ['input_truncated', 'input_changed', 'completed'],
  'changes-meanwhile': ['input_changed', 'input_truncated', 'completed'],
};

/** R20. */
export const badOrigin: Drill = {
  name: 'R20',
  promise: 'whatever an origin does, the job ends in bounded time, with the reason, and never on half a file',
  run: ({ dir }) =>
    staged({ dir, counts, env: { MAX_FILE_SIZE_MB: '16', JOB_MAX_RETRIES: '0' } }, async ({ client, clip }) => {
      const origin = await startBadOrigin(readFileSync(clip));
      const startMs = performance.now();
      const seconds: Record<string, string> = {};
      try {
        await Promise.all(
          misbehaviourNames.map(async (name) => {
            const jobId = await submit(client, '/v1/transcode', {
              input_url: `${origin.url}/${name}.mp4`,
              output_format: 'mkv',
              video_codec: 'copy',
            });
            const jobs = await ended(client, [jobId], secondsMax);
            demandWhole(clip, jobs);
            const [job] = jobs;
            const outcome = job?.error?.code ?? job?.status ?? '';
            demand(expected[name]?.includes(outcome) ?? false, `${name} ends with ${outcome}`);
            seconds[name] = `${outcome} ${secondsSince(startMs)} s`;
          }),
        );
      } finally {
        origin.close();
      }
      return seconds;
    }),
};
