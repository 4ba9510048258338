import { z } from 'zod';
import { perfVerdict } from '../events/perf.ts';
import { operations, type OperationId } from '../operations/registry.ts';

/** Clips that the platform makes for itself when no stored file has the name. */
export const testClips = {
  'test_video_240p.mp4': '240p',
  'test_video_480p.mp4': '480p',
  'test_video_720p.mp4': '720p',
  'test_video_1080p.mp4': '1080p',
  'test_video_4k.mp4': '4K',
} as const;

export const perfScenario = z
  .strictObject({
    name: z.string().trim().min(1).max(80).describe('Results of the same name, input and parameters are compared.'),
    input: z
      .string()
      .min(1)
      .max(4096)
      .describe(`An http(s) URL, a stored file’s id or name, or one of ${Object.keys(testClips).join(', ')}.`),
    operation: z.enum(Object.keys(operations) as [OperationId, ...OperationId[]]).describe('E.g. transcode.'),
    params: z.record(z.string(), z.unknown()).default({}).describe('As for the operation’s own route, without input.'),
    expected_fps: z.number().positive().nullable().default(null).describe('Fewer frames a second fail.'),
    max_duration_seconds: z.number().positive().max(7200).default(600).describe('A longer job fails.'),
  })
  .meta({ id: 'PerfScenario', description: 'A conversion, and how fast it must be.' });
export type PerfScenario = z.infer<typeof perfScenario>;

/** What runs when nothing is asked for. */
export const defaultScenarios: readonly PerfScenario[] = [
  {
    name: '1080p H.264 Encode',
    input: 'test_video_1080p.mp4',
    operation: 'transcode',
    params: { codec: 'h264', crf: 23 },
    expected_fps: 60,
    max_duration_seconds: 120,
  },
  {
    name: '4K GPU Encode',
    input: 'test_video_4k.mp4',
    operation: 'transcode',
    params: { codec: 'hevc_nvenc' },
    expected_fps: 30,
    max_duration_seconds: 300,
  },
];

export const perfRunBody = z.strictObject({
  scenarios: z
    .array(perfScenario)
    .min(1)
    .max(20)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'each name once')
    .optional()
    .describe('Default: 1080p to H.264 on the CPU, 4K to HEVC on a GPU.'),
  rounds: z.int().min(1).max(10).default(1).describe('Conversions of each scenario; the median one counts.'),
});

export const perfBegun = z
  .strictObject({
    run_id: z.string().describe('perf_…'),
    results_url: z.string().describe('Path of its results, as they come.'),
  })
  .meta({ id: 'PerfBegun', description: 'A run of performance tests that was begun.' });

const figures = {
  job_id: z.string(),
  device: z.enum(['cpu', 'gpu']).nullable(),
  frames: z.int().nullable(),
  fps: z.number().nullable(),
  speed: z.number().nullable().describe('In multiples of real time.'),
  duration_ms: z.number().describe('From started to ended.'),
  encode_ms: z.number().describe('Of that, inside the media tools.'),
  queue_ms: z.number().describe('From accepted to started.'),
  overhead_ms: z.number().describe('duration_ms without encode_ms.'),
};
const unmeasured = Object.fromEntries(
  Object.entries(figures).map(([name, schema]) => [name, schema.nullable()]),
) as unknown as { [K in keyof typeof figures]: z.ZodNullable<(typeof figures)[K]> };

export const perfResult = z
  .strictObject({
    run_id: z.string().describe('perf_…'),
    at: z.iso.datetime(),
    scenario: z.string(),
    input: z.string(),
    operation: z.string(),
    params: z.record(z.string(), z.unknown()),
    expected_fps: z.number().nullable(),
    max_duration_seconds: z.number(),
    verdict: perfVerdict.describe('skipped: what it needs is not there.'),
    reasons: z.array(z.string()).describe('Why it did not pass.'),
    ...unmeasured,
    rounds: z.array(z.strictObject(figures)),
    regression: z.boolean().describe('More than 20 % slower than the baseline.'),
    baseline: z
      .strictObject({ fps: z.number().nullable(), duration_ms: z.number(), runs: z.int() })
      .nullable()
      .describe('Median of the newest passed runs, five at most; null below three.'),
    fps_ratio: z.number().nullable().describe('To the baseline; below 1 is slower.'),
    duration_ratio: z.number().nullable().describe('To the baseline; above 1 is slower.'),
    versions: z.strictObject({
      platform: z.string(),
      ffmpeg: z.string().nullable(),
      cpu_model: z.string(),
      cores: z.int(),
    }),
  })
  .meta({ id: 'PerfResult', description: 'How fast a scenario ran, and the verdict.' });
export type PerfResult = z.infer<typeof perfResult>;
