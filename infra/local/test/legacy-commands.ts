import { expect } from 'vitest';
import {
  asJson,
  failed,
  film,
  gone,
  jobId,
  link,
  noFile,
  statusUrl,
  text,
  twin,
  url,
  within,
  type ErrorCase,
  type FieldRow,
  type LegacyRow,
} from './legacy-row.ts';

const command = (id: string, words: string, file = 'a.mp4') => ({
  input_files: { film: id },
  output_files: { out: file },
  ffmpeg_command: words,
});
const copy = '-i {{film}} -t 1 -c copy {{out}}';

const commandFields: readonly FieldRow[] = [
  { at: 'input_files', in: 'body', refused: [undefined, [], { film: 'file:///a' }, { film: '/etc/passwd' }] },
  { at: 'output_files', in: 'body', refused: [undefined, 'a.mp4', { out: 7 }] },
  { at: 'output_files.out', in: 'body', refused: ['../a.mp4', 'a/b.mp4', 'a'], refusal: [400, 'invalid_command'] },
  { at: 'ffmpeg_command', in: 'body', accepted: [copy, `ffmpeg ${copy}`], refused: [undefined, '', 7] },
];
const refusedCommand = (word: string, words: string): ErrorCase => ({
  word,
  status: 400,
  ask: () => ({ body: command(gone, words) }),
});
const commandErrors: readonly ErrorCase[] = [
  ...['lavfi', 'libavfilter'].map((name) => refusedCommand('forbidden_pattern', `-f ${name} -i {{film}} {{out}}`)),
  ...['/dev/zero', 'file:a', 'concat:a', 'pipe:0', 'tcp://a', 'udp://a', 'rtp://a', 'rtsp://a'].map((name) =>
    refusedCommand('forbidden_pattern', `-i {{film}} -i ${name} {{out}}`),
  ),
  ...['movie=a', 'amovie=a', 'movie=/etc/passwd'].map((filter) =>
    refusedCommand('forbidden_filter', `-i {{film}} -filter_complex ${filter} {{out}}`),
  ),
  refusedCommand('invalid_command', '-i {{film}} "{{out}}'),
  refusedCommand('invalid_command', '-i {{film}} {{out}} -an'),
];

const task = (id: string, more: { input?: object; output?: object; graph?: string } = {}) => ({
  task: {
    inputs: [{ file_path: id, ...more.input }],
    filter_complex: more.graph ?? '[0:v]trim=end=1[v]',
    outputs: [{ file: 'a.mp4', maps: ['[v]'], options: ['-c:v', 'libx264'], ...more.output }],
  },
});
const bareTask = (id: string) => ({
  task: { inputs: [{ file_path: id }], filter_complex: '[0:v]hflip', outputs: [{ file: 'a.mp4' }] },
});
const times = (count: number, value: unknown): unknown[] => Array.from({ length: count }, () => value);

const taskFields: readonly FieldRow[] = [
  {
    at: 'task.inputs',
    in: 'body',
    accepted: [times(1, { file_path: gone }), times(50, { file_path: gone })],
    refused: [[], times(51, { file_path: gone }), gone],
  },
  { at: 'task.inputs.0.file_path', in: 'body', refused: [undefined, 'file:///etc/passwd', '/etc/passwd'] },
  { at: 'task.inputs.0.options', in: 'body', standard: [], accepted: [[], ['-t', '1']], refused: ['-t 1', [7]] },
  { at: 'task.filter_complex', in: 'body', accepted: ['[0:v]hflip[v]'], refused: [undefined, '', 7] },
  {
    at: 'task.outputs',
    in: 'body',
    accepted: [times(1, { file: 'a.mp4' }), times(10, 0).map((_, n) => ({ file: `${n}.mp4` }))],
    refused: [[], times(11, { file: 'a.mp4' })],
  },
  { at: 'task.outputs.0.file', in: 'body', accepted: ['b.mp4'], refused: [undefined, '', 7] },
  {
    at: 'task.outputs.0.file',
    in: 'body',
    refused: ['a/b.mp4', '..\\b.mp4', 'b'],
    refusal: [400, 'invalid_command'],
  },
  { at: 'task.outputs.0.options', in: 'body', standard: [], accepted: [[]], refused: ['-an', [7]] },
  { at: 'task.outputs.0.maps', in: 'body', standard: [], accepted: [['[v]', '0:a']], refused: ['[v]'] },
  { at: 'headers', in: 'body', accepted: [{ accept: 'video/*' }], refused: ['a'] },
];
const refusedOptions = (options: readonly string[], side: 'input' | 'output'): ErrorCase => ({
  word: 'forbidden_pattern',
  status: 400,
  ask: () => ({ body: task(gone, { [side]: { options } }) }),
});
const taskErrors: readonly ErrorCase[] = [
  refusedOptions(['-i', 'a.mp4'], 'input'),
  refusedOptions(['-o', 'a.mp4'], 'output'),
  ...['lavfi', 'libavfilter', 'concat'].map((name) => refusedOptions(['-f', name], 'input')),
  ...['/etc/passwd', '/proc/1/environ', '/sys/a', '/dev/zero', '../a'].map((path) =>
    refusedOptions(['-attach', path], 'output'),
  ),
  ...['file', 'concat', 'pipe', 'tcp', 'udp', 'rtp', 'rtsp'].map((scheme) =>
    refusedOptions(['-progress', `${scheme}:a`], 'output'),
  ),
];

const addresses = (name: string): Pick<LegacyRow, 'answer'> => ({
  answer: { ok: true, outputs: { [name]: link }, job_id: jobId, job_status_url: statusUrl },
});

const tempoRecord = {
  id: jobId,
  input: text,
  output: 'output.mp3',
  tempo: 1,
  created_at: text,
  status: 'done',
  processing_time: expect.any(Number) as unknown,
  input_url: text,
  input_size: expect.any(Number) as unknown,
  download_url: link,
  output_file: 'output.mp3',
  error: null,
};

export const commandRows: readonly LegacyRow[] = [
  {
    path: '/v1/run-ffmpeg-command',
    method: 'POST',
    fields: commandFields,
    idle: () => ({ body: command(gone, copy) }),
    idleAnswer: noFile,
    works: ({ filmUrl }) => ({ body: command(filmUrl, copy) }),
    ...addresses('out'),
    errors: [
      ...commandErrors,
      {
        word: 'ffmpeg_failed',
        status: 500,
        ask: ({ film: id }) => ({ body: command(id, '-i {{film}} -vf scale=w=nonsense {{out}}') }),
        told: { ...failed, exit_code: expect.any(Number) },
      },
      {
        word: 'no_outputs_found',
        status: 500,
        ask: ({ film: id }) => ({ body: command(id, '-ss 100 -i {{film}} -frames:v 1 {{out}}', 'still.png') }),
        told: failed,
      },
    ],
  },
  {
    path: '/v1/run-ffmpeg-command/async',
    method: 'POST',
    fields: commandFields,
    idle: () => ({ body: command(gone, copy) }),
    idleAnswer: noFile,
    works: ({ film: id }) => ({ body: command(id, copy) }),
    ...twin,
    errors: commandErrors,
  },
  {
    path: '/v2/run-ffmpeg-job',
    method: 'POST',
    fields: [asJson, ...taskFields],
    idle: () => ({ body: task(gone) }),
    idleAnswer: noFile,
    least: ({ junk }) => ({ body: bareTask(junk) }),
    works: ({ film: id }) => ({ body: task(id) }),
    ...addresses('a.mp4'),
    headers: film.headers,
    errors: [
      ...taskErrors,
      { word: 'invalid_request', status: 422, ask: () => ({ body: {} }) },
      {
        word: 'ffmpeg_failed',
        status: 500,
        ask: ({ film: id }) => ({ body: task(id, { graph: '[0:v]scale=w=nonsense[v]' }) }),
        told: { ...failed, exit_code: expect.any(Number) },
      },
      {
        word: 'missing_outputs',
        status: 500,
        ask: ({ film: id }) => ({
          body: task(id, {
            input: { options: ['-ss', '100'] },
            output: { file: 'still.png', options: ['-frames:v', '1'] },
          }),
        }),
        told: { ...failed, missing: ['still.png'] },
      },
    ],
  },
  {
    path: '/v2/run-ffmpeg-job/async',
    method: 'POST',
    fields: taskFields,
    idle: () => ({ body: task(gone) }),
    idleAnswer: noFile,
    least: ({ junk }) => ({ body: bareTask(junk) }),
    works: ({ film: id }) => ({ body: task(id) }),
    ...twin,
    errors: taskErrors,
  },
  {
    path: '/v1/audio/tempo',
    method: 'POST',
    fields: [
      url('input_url'),
      { at: 'output_name', in: 'body', accepted: ['a.wav', 'a.ogg'], refused: ['a/b.mp3', 'a\\b.mp3', 'noending', ''] },
      { at: 'tempo', in: 'body', standard: 1, ...within(0.5, 2, 0.1) },
    ],
    idle: () => ({ body: { input_url: gone } }),
    idleAnswer: noFile,
    least: ({ junk }) => ({ body: { input_url: junk } }),
    works: ({ film: id }) => ({ body: { input_url: id } }),
    answer: {
      status: 'success',
      job_id: jobId,
      tempo: 1,
      input_size: expect.any(Number),
      output_file: 'output.mp3',
      download_url: link,
      processing_time: expect.any(Number),
    },
    errors: [
      { word: 'input_required', status: 422, ask: () => ({ body: {} }) },
      { word: 'ffmpeg_failed', status: 500, ask: ({ junk }) => ({ body: { input_url: junk } }), told: failed },
    ],
  },
  {
    path: '/v1/audio/tempo',
    method: 'GET',
    fields: [],
    idle: () => ({}),
    idleAnswer: [200, undefined],
    works: () => ({}),
    answer: expect.arrayContaining([{ ...tempoRecord, input_size: null }]),
    errors: [],
  },
  {
    path: '/v1/audio/tempo/{id}/status',
    method: 'GET',
    fields: [],
    idle: () => ({ params: { id: 'job_0000gone' } }),
    idleAnswer: [404, 'job_not_found'],
    works: ({ tempoJob }) => ({ params: { id: tempoJob } }),
    answer: tempoRecord,
    errors: [{ word: 'job_not_found', status: 404, ask: () => ({ params: { id: 'job_0000gone' } }) }],
  },
];
