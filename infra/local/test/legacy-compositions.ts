import { expect } from 'vitest';
import { form } from './legacy-client.ts';
import {
  asJson,
  failed,
  film,
  flag,
  frame,
  gone,
  noFile,
  small,
  text,
  twin,
  url,
  within,
  type ErrorCase,
  type FieldRow,
  type LegacyRow,
  type Material,
} from './legacy-row.ts';

const composeFields: readonly FieldRow[] = [
  url('video_url'),
  url('audio_url', [null]),
  url('bgm_url', [null]),
  { at: 'duration', in: 'body', accepted: [0.001, 3600, '0.001', '3600', null], refused: [0, 3600.5, 'long', '-1'] },
  { at: 'duration_ms', in: 'body', accepted: [1, 3_600_000, null], refused: [0, 3_600_001] },
  ...frame('body'),
  { at: 'bgm_volume', in: 'body', standard: 0.3, ...within(0, 5, 0.1) },
  flag('loop_bgm', 'body', false),
  { at: 'headers', in: 'body', accepted: [{ 'User-Agent': 'a', Cookie: 'b' }, null], refused: ['a', { accept: 1 }] },
  { at: 'webhook_url', in: 'body', accepted: [null], refused: ['file:///a', 'nowhere'] },
  { at: 'webhook_headers', in: 'body', accepted: [{ 'X-A': 'b' }, null], refused: ['a'] },
];
const tooLarge = (body: object): ErrorCase => ({
  word: 'param_out_of_range',
  status: 422,
  ask: () => ({ body: { ...body, width: 7680, height: 7680 } }),
});
const composeErrors: readonly ErrorCase[] = [
  { word: 'input_required', status: 422, ask: () => ({ body: {} }) },
  { word: 'param_conflict', status: 422, ask: () => ({ body: { video_url: gone, duration: 1, duration_ms: 1000 } }) },
  { word: 'invalid_json', status: 422, ask: () => ({ body: '{' }) },
  tooLarge({ video_url: gone }),
];

const tracksOf = (type: string, link_: string | undefined, duration: number, more = {}) => ({
  tracks: [{ id: 'a', type, keyframes: [{ url: link_, duration }] }],
  ...more,
});

const concatFields = (list: 'clips' | 'urls'): FieldRow[] => [
  {
    at: list,
    in: 'body',
    accepted: [[gone], Array.from({ length: 100 }, () => gone)],
    refused: [[], Array.from({ length: 101 }, () => gone), gone, ['file:///etc/passwd']],
  },
  ...frame('body'),
];
const concat = (path: string, list: 'clips' | 'urls'): LegacyRow => ({
  path,
  method: 'POST',
  fields: [asJson, ...concatFields(list)],
  idle: () => ({ body: { [list]: [gone] } }),
  idleAnswer: noFile,
  least: ({ junk }) => ({ body: { [list]: [junk] } }),
  works: ({ film: id }) => ({ body: { [list]: [id], ...small } }),
  ...film,
  errors: [
    { word: 'input_required', status: 422, ask: () => ({ body: {} }) },
    tooLarge({ [list]: [gone] }),
    {
      word: 'ffmpeg_failed_on_clip',
      status: 500,
      ask: ({ film: id, junk }) => ({ body: { [list]: [id, junk], ...small } }),
      told: { ...failed, clip: text, clip_index: 1, exit_code: null },
    },
    {
      word: 'ffmpeg_failed_concat',
      status: 500,
      ask: ({ tone }) => ({ body: { [list]: [tone], ...small } }),
      told: failed,
    },
  ],
});

export const compositionRows: readonly LegacyRow[] = [
  {
    path: '/image/to-mp4-loop',
    method: 'POST',
    fields: [
      { at: 'duration', in: 'query', standard: 30, ...within(1, 3600), refusal: [400, 'invalid_request'] },
      { ...asJson, refusal: [400, 'invalid_request'] },
    ],
    idle: ({ junkPath }) => ({ body: form({ file: [junkPath, 'image/png'] }) }),
    idleAnswer: [500, 'ffmpeg_failed'],
    least: ({ junkPath }) => ({ body: form({ file: [junkPath, 'image/png'] }) }),
    works: ({ picturePath }) => ({ query: { duration: 1 }, body: form({ file: [picturePath, 'image/png'] }) }),
    ...film,
    errors: [
      {
        word: 'media_type_not_supported',
        status: 415,
        ask: ({ filmPath }) => ({ body: form({ file: [filmPath, 'video/mp4'] }) }),
      },
      { word: 'input_required', status: 422, ask: () => ({ body: new FormData() }) },
      {
        word: 'ffmpeg_failed',
        status: 500,
        ask: ({ junkPath }) => ({ body: form({ file: [junkPath, 'image/jpeg'] }) }),
        told: failed,
      },
    ],
  },
  {
    path: '/compose/from-binaries',
    method: 'POST',
    fields: [
      { at: 'duration_ms', in: 'query', ...within(1, 3_600_000) },
      ...frame('query'),
      { at: 'bgm_volume', in: 'query', standard: 0.3, ...within(0, 5, 0.1) },
      asJson,
    ],
    idle: ({ junkPath }) => ({ body: form({ video: [junkPath, 'video/mp4'] }) }),
    idleAnswer: [500, 'ffmpeg_failed'],
    least: ({ junkPath }) => ({ body: form({ video: [junkPath, 'video/mp4'] }) }),
    works: ({ filmPath, tonePath }) => ({
      query: small,
      body: form({
        video: [filmPath, 'video/mp4'],
        audio: [tonePath, 'audio/wav'],
        bgm: [tonePath, 'audio/x-wav'],
      }),
    }),
    ...film,
    errors: [
      ...(['video', 'audio', 'bgm'] as const).map((field) => ({
        word: 'media_type_not_supported',
        status: 400,
        ask: ({ picturePath, filmPath }: Material) => ({
          body: form({ video: [filmPath, 'video/mp4'], [field]: [picturePath, 'image/png'] }),
        }),
      })),
      {
        word: 'input_required',
        status: 422,
        ask: ({ tonePath }) => ({ body: form({ audio: [tonePath, 'audio/wav'] }) }),
      },
      {
        word: 'ffmpeg_failed',
        status: 500,
        ask: ({ junkPath }) => ({ body: form({ video: [junkPath, 'video/mp4'] }) }),
        told: failed,
      },
    ],
  },
  {
    path: '/compose/from-urls',
    method: 'POST',
    fields: [asJson, ...composeFields],
    idle: () => ({ body: { video_url: gone } }),
    idleAnswer: noFile,
    least: ({ junk }) => ({ body: { video_url: junk } }),
    works: ({ filmUrl, film: id }) => ({
      body: { video_url: filmUrl, audio_url: id, bgm_url: id, loop_bgm: true, duration: '1', ...small },
    }),
    ...film,
    errors: [
      ...composeErrors,
      {
        word: 'ffmpeg_failed',
        status: 500,
        ask: ({ junk }) => ({ body: { video_url: junk } }),
        told: { ...failed, cause: expect.stringMatching(/^media_/) as unknown },
      },
    ],
  },
  {
    path: '/compose/from-urls/async',
    method: 'POST',
    fields: composeFields,
    idle: () => ({ body: { video_url: gone } }),
    idleAnswer: noFile,
    least: ({ junk }) => ({ body: { video_url: junk } }),
    works: ({ film: id }) => ({ body: { video_url: id, ...small } }),
    ...twin,
    errors: composeErrors,
  },
  {
    path: '/compose/from-tracks',
    method: 'POST',
    fields: [
      asJson,
      ...frame('body'),
      { at: 'tracks.0.id', in: 'body', accepted: ['b', ''], refused: [7] },
      { at: 'tracks.0.type', in: 'body', accepted: ['video'], refused: ['text'] },
      { ...url('tracks.0.keyframes.0.url') },
      { at: 'tracks.0.keyframes.0.timestamp', in: 'body', standard: 0, accepted: [0, 500], refused: ['soon'] },
      { at: 'tracks.0.keyframes.0.duration', in: 'body', accepted: [1, 3_600_000], refused: ['long', undefined] },
      {
        at: 'tracks.0.keyframes.0.duration',
        in: 'body',
        refused: [0, -1],
        refusal: [400, 'input_required'],
      },
    ],
    idle: () => ({ body: tracksOf('video', gone, 1000) }),
    idleAnswer: noFile,
    least: ({ junk }) => ({ body: tracksOf('video', junk, 1000) }),
    works: ({ film: id }) => ({ body: tracksOf('video', id, 500, small) }),
    ...film,
    errors: [
      tooLarge(tracksOf('video', gone, 1000)),
      { word: 'invalid_request', status: 422, ask: () => ({ body: {} }) },
      { word: 'input_required', status: 400, ask: () => ({ body: { tracks: [] } }) },
      {
        word: 'input_required',
        status: 400,
        ask: () => ({ body: { tracks: [{ id: 'a', type: 'video', keyframes: [] }] } }),
      },
      { word: 'input_required', status: 400, ask: () => ({ body: tracksOf('audio', gone, 1000) }) },
      { word: 'input_required', status: 400, ask: () => ({ body: tracksOf('video', undefined, 1000) }) },
      {
        word: 'ffmpeg_failed',
        status: 500,
        ask: ({ junk }) => ({ body: tracksOf('video', junk, 1000, small) }),
        told: failed,
      },
    ],
  },
  concat('/video/concat-from-urls', 'clips'),
  concat('/video/concat', 'urls'),
  {
    path: '/video/concat-from-urls/async',
    method: 'POST',
    fields: concatFields('clips'),
    idle: () => ({ body: { clips: [gone] } }),
    idleAnswer: noFile,
    least: ({ junk }) => ({ body: { clips: [junk] } }),
    works: ({ film: id }) => ({ body: { clips: [id], ...small } }),
    ...twin,
    errors: [{ word: 'input_required', status: 422, ask: () => ({ body: {} }) }],
  },
];
