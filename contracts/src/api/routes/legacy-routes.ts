import { z } from 'zod';
import { mediaField } from '../../operations/media-field.ts';
import type { Operation } from '../../operations/operation.ts';
import { operations } from '../../operations/registry.ts';
import { failures, probeFailures, validationStatuses } from '../legacy-statuses.ts';
import type { Route } from '../route.ts';
import { legacyFile, legacyStarted } from '../legacy-resources.ts';
import { jobResource } from '../resources.ts';
import { fetchHeaderNames, submitShape } from '../submit.ts';
import { fileRefusals } from './file-routes.ts';
import { legacyRecordRoutes } from './legacy-record-routes.ts';
import { legacy } from './legacy-route.ts';

/*
 * The paths of FFAPI 1, with their bodies, answers and status codes: programs that use them go on working. Each
 * is a job like any other; plain calls wait for its end. New programs use /v1.
 */

const asJson = {
  as_json: z
    .stringbool()
    .default(false)
    .describe('true: answer JSON with the address of the file; otherwise the file itself.'),
};

type Fields = Readonly<Record<string, unknown>>;

const withoutNulls = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && !Array.isArray(body)
    ? Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null))
    : body;

/** Headers that are not forwarded were always passed over here. */
const forwarded = z
  .record(z.string(), z.string())
  .transform((headers): Fields => Object.fromEntries(Object.entries(headers).filter(([name]) => isForwarded(name))))
  .optional()
  .describe(`Sent when the input URLs are fetched: ${fetchHeaderNames.join(', ')}.`);

const isForwarded = (name: string): boolean => (fetchHeaderNames as readonly string[]).includes(name.toLowerCase());

/** Unknown fields were passed over, too, and what may be left out may be null. */
const loose = (shape: z.ZodRawShape): z.ZodType<Fields> =>
  z.preprocess(withoutNulls, z.object({ ...shape, headers: forwarded }));
const looseBody = (operation: Operation): z.ZodType<Fields> => loose(submitShape(operation));

const joined = { errors: [...failures, 'ffmpeg_failed_on_clip', 'ffmpeg_failed_concat'] } as const;
const uploadFailures = [
  ...fileRefusals,
  'media_type_not_supported',
  'input_empty',
  'input_too_large',
  'disk_space_low',
] as const;

/** What a plain call is answered with: the file, its address where JSON is wanted, or the job that takes too long. */
const plain = {
  success: 200,
  answers: 'stream',
  contentTypes: ['application/octet-stream', 'application/json'],
  response: legacyFile,
  otherwise: { 202: { description: 'It takes longer than anyone waits: the job.', response: jobResource } },
} as const;

/** What a route of these has that its kind does not say. */
type Refinement = Pick<Route, 'errors' | 'legacyStatuses'>;

const sync = <I extends string>(id: I, path: string, operation: Operation, more: Refinement = {}) =>
  legacy({
    id,
    method: 'POST',
    path,
    summary: `${operation.summary} Waits up to 600 s and answers with the file.`,
    access: 'jobs:create',
    query: z.object(asJson),
    body: looseBody(operation),
    ...plain,
    errors: failures,
    ...more,
  });

const async = <I extends string>(id: I, path: string, operation: Operation) =>
  legacy({
    id,
    method: 'POST',
    path,
    summary: `${operation.summary} Answers at once with the job.`,
    access: 'jobs:create',
    body: looseBody(operation),
    success: 200,
    response: legacyStarted,
    errors: failures,
  });

const concat = operations['video.concat'] as Operation;
const fromUrls = operations['compose.from_urls'] as Operation;
const fromTracks = operations['compose.from_tracks'] as Operation;
const command = operations['ffmpeg.command'] as Operation;
const task = operations['ffmpeg.job'] as Operation;

/** What to read; a query says yes and no in words. */
const probeFields = (flag: () => z.ZodBoolean | z.ZodCodec<z.ZodString, z.ZodBoolean>) => ({
  show_format: flag().default(true).describe('Container facts.'),
  show_streams: flag().default(true).describe('One entry per stream.'),
  show_chapters: flag().default(false).describe('Chapters.'),
  show_programs: flag().default(false).describe('Programs of a transport stream.'),
  show_packets: flag().default(false).describe('One entry per packet.'),
  count_frames: flag().default(false).describe('Decode everything and count frames.'),
  count_packets: flag().default(false).describe('Read everything and count packets.'),
  probe_size: z.coerce.number().int().min(32).max(100_000_000).optional().describe('Bytes looked at.'),
  analyze_duration: z.coerce.number().int().min(0).max(60_000_000).optional().describe('Microseconds looked at.'),
  select_streams: operations.probe.params.shape.select_streams,
});
const probeQuery = z.object(probeFields(z.stringbool));

const probed = {
  access: 'jobs:create',
  success: 200,
  response: operations.probe.result,
  otherwise: plain.otherwise,
  errors: probeFailures,
} as const;

export const legacyRoutes = {
  ...legacyRecordRoutes,
  imageLoop: legacy({
    id: 'legacy_image_loop',
    method: 'POST',
    path: '/image/to-mp4-loop',
    summary: 'A video of one picture (multipart, field `file`: PNG or JPEG).',
    access: 'jobs:create',
    query: z.object({
      duration: z.coerce.number().min(1).max(3600).default(30).describe('Seconds.'),
      ...asJson,
    }),
    upload: ['file'],
    ...plain,
    errors: [...failures, ...uploadFailures],
    legacyStatuses: { ...validationStatuses, invalid_request: 400 },
  }),
  fromBinaries: legacy({
    id: 'legacy_compose_from_binaries',
    method: 'POST',
    path: '/compose/from-binaries',
    summary: 'A video with another voice and music (multipart, fields `video`, `audio`, `bgm`).',
    access: 'jobs:create',
    query: z.object({
      duration_ms: z.coerce.number().int().min(1).max(3_600_000).optional().describe('Length.'),
      width: z.coerce.number().int().min(1).max(7680).default(1920).describe('Width of the frame.'),
      height: z.coerce.number().int().min(1).max(7680).default(1080).describe('Height of the frame.'),
      fps: z.coerce.number().min(1).max(240).default(30).describe('Frames a second.'),
      bgm_volume: z.coerce.number().min(0).max(5).default(0.3).describe('Volume of the music.'),
      ...asJson,
    }),
    upload: ['video', 'audio', 'bgm'],
    ...plain,
    errors: [...failures, ...uploadFailures],
    legacyStatuses: { ...validationStatuses, media_type_not_supported: 400 },
  }),
  fromUrls: sync('legacy_compose_from_urls', '/compose/from-urls', fromUrls),
  fromUrlsAsync: async('legacy_compose_from_urls_async', '/compose/from-urls/async', fromUrls),
  fromTracks: sync('legacy_compose_from_tracks', '/compose/from-tracks', fromTracks, {
    // Tracks without a video were a matter of the work, not of validation.
    legacyStatuses: { ...validationStatuses, input_required: 400 },
  }),
  concatFromUrls: sync('legacy_concat_from_urls', '/video/concat-from-urls', concat, joined),
  concatFromUrlsAsync: async('legacy_concat_from_urls_async', '/video/concat-from-urls/async', concat),
  concat: sync('legacy_concat', '/video/concat', concat, joined),
  commandAsync: async('legacy_run_command_async', '/v1/run-ffmpeg-command/async', command),
  taskAsync: async('legacy_run_job_async', '/v2/run-ffmpeg-job/async', task),
  probeUrl: legacy({
    id: 'legacy_probe_url',
    method: 'POST',
    path: '/probe/from-urls',
    summary: 'ffprobe’s JSON of a URL.',
    body: loose({ url: mediaField.describe('The file.'), ...probeFields(z.boolean) }),
    ...probed,
  }),
  probeBinary: legacy({
    id: 'legacy_probe_binary',
    method: 'POST',
    path: '/probe/from-binary',
    summary: 'ffprobe’s JSON of an upload.',
    query: probeQuery,
    upload: ['file'],
    ...probed,
    errors: [...probeFailures, ...uploadFailures],
  }),
  probePublic: legacy({
    id: 'legacy_probe_public',
    method: 'GET',
    path: '/probe/public',
    summary: 'ffprobe’s JSON of a stored file.',
    query: z.object({
      rel: z.string().min(1).max(1024).describe('Its name, its id, or its path below /files.'),
      ...probeQuery.shape,
    }),
    ...probed,
  }),
} satisfies Record<string, Route>;
