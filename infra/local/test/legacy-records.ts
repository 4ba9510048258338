import { expect } from 'vitest';
import { form } from './legacy-client.ts';
import { flag, gone, jobId, noFile, text, url, within, type FieldRow, type LegacyRow } from './legacy-row.ts';

const flags = (place: FieldRow['in']): FieldRow[] => [
  flag('show_format', place, true),
  flag('show_streams', place, true),
  ...['show_chapters', 'show_programs', 'show_packets', 'count_frames', 'count_packets'].map((name) =>
    flag(name, place, false),
  ),
  { at: 'probe_size', in: place, accepted: [32, '5000000'], refused: ['much', -1] },
  { at: 'analyze_duration', in: place, accepted: [0, '5000000'], refused: ['long', -1] },
  { at: 'select_streams', in: place, accepted: ['v', 'a:0', '1'], refused: ['v; rm', '-i'] },
];
/** ffprobe's own JSON; of what is asked for by default there are these two parts. */
const probed: Pick<LegacyRow, 'answer'> = {
  answer: { format: expect.objectContaining({ duration: text }), streams: [expect.anything(), expect.anything()] },
};
const unread = { job_id: jobId, stderr: text, cause: expect.stringMatching(/^media_/) as unknown };

export const probeRows: readonly LegacyRow[] = [
  {
    path: '/probe/from-urls',
    method: 'POST',
    fields: [
      url('url'),
      { at: 'headers', in: 'body', accepted: [{ Accept: '*/*', Cookie: 'a' }, null], refused: ['a', { accept: 1 }] },
      ...flags('body'),
    ],
    idle: () => ({ body: { url: gone } }),
    idleAnswer: noFile,
    least: ({ junk }) => ({ body: { url: junk } }),
    works: ({ filmUrl }) => ({ body: { url: filmUrl, headers: { 'user-agent': 'a', cookie: 'b' } } }),
    ...probed,
    errors: [
      { word: 'invalid_request', status: 422, ask: () => ({ body: {} }) },
      { word: 'ffprobe_failed', status: 500, ask: ({ junk }) => ({ body: { url: junk } }), told: unread },
    ],
  },
  {
    path: '/probe/from-binary',
    method: 'POST',
    fields: flags('query'),
    idle: ({ junkPath }) => ({ body: form({ file: [junkPath, 'video/mp4'] }) }),
    idleAnswer: [500, 'ffprobe_failed'],
    least: ({ junkPath }) => ({ body: form({ file: [junkPath, 'text/plain'] }) }),
    works: ({ filmPath }) => ({ body: form({ file: [filmPath, 'application/octet-stream'] }) }),
    ...probed,
    errors: [
      { word: 'input_required', status: 422, ask: () => ({ body: new FormData() }) },
      {
        word: 'ffprobe_failed',
        status: 500,
        ask: ({ junkPath }) => ({ body: form({ file: [junkPath, 'video/mp4'] }) }),
        told: unread,
      },
    ],
  },
  {
    path: '/probe/public',
    method: 'GET',
    fields: [
      { at: 'rel', in: 'query', accepted: ['none.mp4', '20250101/none.mp4'], refused: [undefined] },
      ...flags('query'),
    ],
    idle: () => ({ query: { rel: 'nothing.mp4' } }),
    idleAnswer: noFile,
    least: ({ junk }) => ({ query: { rel: junk } }),
    works: ({ film: id }) => ({ query: { rel: `/files/${id}/clip.mp4` } }),
    ...probed,
    errors: [
      { word: 'path_refused', status: 403, ask: () => ({ query: { rel: '../../etc/passwd' } }) },
      { word: 'file_not_found', status: 404, ask: () => ({ query: { rel: 'nothing.mp4' } }) },
      { word: 'ffprobe_failed', status: 500, ask: ({ junk }) => ({ query: { rel: junk } }), told: unread },
    ],
  },
];

const noJob = { params: { id: 'job_0000gone' } };
const jobNotFound: Pick<LegacyRow, 'idle' | 'idleAnswer' | 'errors'> = {
  idle: () => noJob,
  idleAnswer: [404, 'job_not_found'],
  errors: [{ word: 'job_not_found', status: 404, ask: () => noJob }],
};
const plain = { idle: () => ({}), idleAnswer: [200, undefined] as const, works: () => ({}), errors: [] };
const redirect = { ...plain, fields: [], idleAnswer: [302, undefined] as const, answer: '' };

/** The paths about jobs and tools, which stand in another part of the description of old. */
export const recordRows: readonly LegacyRow[] = [
  {
    path: '/jobs/{id}',
    method: 'GET',
    fields: [{ at: 'format', in: 'query', accepted: ['json', 'html'], refused: ['xml'] }],
    ...jobNotFound,
    works: ({ tempoJob }) => ({ params: { id: tempoJob } }),
    answer: {
      job_id: jobId,
      status: 'finished',
      progress: 100,
      message: text,
      detail: null,
      history: expect.any(Array),
      created: text,
      started: text,
      updated: text,
      duration_ms: expect.any(Number),
      result: { file_url: text, path: text, rel: text, thumbnail: null },
      error: null,
      status_code: 200,
      log_path: text,
      ffmpeg_stats: expect.any(Object),
    },
  },
  {
    path: '/jobs/{id}/log',
    method: 'GET',
    fields: [{ at: 'format', in: 'query', accepted: ['text', 'html'], refused: ['xml'] }],
    ...jobNotFound,
    works: ({ tempoJob }) => ({ params: { id: tempoJob } }),
    answer: expect.stringContaining('attempt 1'),
  },
  {
    path: '/jobs/{id}/kill',
    method: 'POST',
    fields: [],
    ...jobNotFound,
    works: ({ endlessJob }) => ({ params: { id: endlessJob } }),
    answer: { ok: true, job_id: jobId, status: 'killed', process_killed: expect.any(Boolean) },
    errors: [
      ...jobNotFound.errors,
      { word: 'job_not_running', status: 400, ask: ({ tempoJob }) => ({ params: { id: tempoJob } }) },
    ],
  },
  {
    path: '/logs',
    method: 'GET',
    fields: [
      { at: 'page', in: 'query', ...within(1, 200) },
      { at: 'page_size', in: 'query', ...within(1, 200) },
    ],
    ...plain,
    answer: {
      page: 1,
      page_size: 25,
      data: expect.arrayContaining([
        { path: jobId, operation: text, created: text, size_bytes: expect.any(Number) },
      ]) as unknown,
    },
  },
  {
    path: '/logs/view',
    method: 'GET',
    fields: [{ at: 'path', in: 'query', refused: [undefined] }],
    idle: () => ({ query: { path: 'job_0000gone' } }),
    idleAnswer: [404, 'job_not_found'],
    works: ({ tempoJob }) => ({ query: { path: tempoJob } }),
    answer: expect.stringContaining('attempt 1'),
    errors: [
      { word: 'path_refused', status: 403, ask: () => ({ query: { path: '../a' } }) },
      { word: 'job_not_found', status: 404, ask: () => ({ query: { path: 'a.log' } }) },
    ],
  },
  {
    path: '/gpu/test',
    method: 'GET',
    fields: [],
    ...plain,
    answer: expect.objectContaining({ status: expect.stringMatching(/^(success|failed|error|disabled)$/) }),
  },
  { path: '/ffmpeg', method: 'GET', fields: [], ...plain, answer: expect.stringMatching(/ffmpeg \d/) },
  { path: '/docs', method: 'GET', ...redirect },
  { path: '/redoc', method: 'GET', ...redirect },
];
