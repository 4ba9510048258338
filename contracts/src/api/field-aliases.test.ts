import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inputAliases, operations, type Operation } from '../operations/index.ts';
import { pointerAsGiven, resolveAliases } from './field-aliases.ts';
import { submitBody } from './submit.ts';

const all = Object.values(operations) as Operation[];
const resolve = (id: keyof typeof operations, body: unknown) =>
  resolveAliases(submitBody(operations[id] as Operation), body, inputAliases(operations[id] as Operation));

type Json = { [name: string]: unknown };

/** The first example of an operation with its main medium under the name that it shows, and under `input`. */
const pairOf = (operation: Operation): { old: Json; canonical: Json } => {
  const params = operation.examples[0]?.params as Json;
  const [alias] = inputAliases(operation);
  const [main, ...others] = Object.values(operation.inputs);
  const more = Object.fromEntries(
    others.flatMap(({ fields, isOptional }) => (isOptional ? [] : [[fields[0], 'file_0001']])),
  );
  if (main)
    return {
      old: { ...params, ...more, [main.fields[0]]: 'file_0000' },
      canonical: { ...params, ...more, input: 'file_0000' },
    };
  const rename = (value: Json, [step, ...rest]: readonly string[]): Json =>
    step === undefined
      ? Object.fromEntries(
          Object.entries(value).map(([name, each]) => [name === alias?.means[0] ? 'input' : name, each]),
        )
      : { ...value, [step]: rename(value[step] as Json, rest) };
  return { old: params, canonical: rename(params, alias?.at ?? []) };
};

describe('input', () => {
  it.each(all)('is the main medium of $id', (operation) => {
    const { old, canonical } = pairOf(operation);
    expect(canonical).not.toEqual(old);
    const { value, issues } = resolveAliases(submitBody(operation), canonical, inputAliases(operation));
    expect(issues).toEqual([]);
    expect(value).toEqual(old);
    expect(submitBody(operation).safeParse(value).error?.issues).toBeUndefined();
  });

  it('is the medium of an item of a list', () => {
    expect(resolve('video.concat', { clips: ['file_0000', { input: 'file_0001', start: 1 }] }).value).toEqual({
      clips: ['file_0000', { url: 'file_0001', start: 1 }],
    });
    expect(resolve('audio.mix', { tracks: [{ input: 'file_0001' }] }).value).toEqual({
      tracks: [{ url: 'file_0001' }],
    });
    expect(resolve('subtitles.mux', { input: 'file_0000', tracks: [{ input: 'file_0001' }] }).value).toEqual({
      video_url: 'file_0000',
      tracks: [{ subtitle_url: 'file_0001' }],
    });
    expect(resolve('ffmpeg.job', { task: { inputs: [{ input: 'file_0001' }] } }).value).toEqual({
      task: { inputs: [{ file_path: 'file_0001' }] },
    });
  });

  it('stands beside another name with the same value only', () => {
    expect(resolve('transcode', { input: 'file_0000', url: 'file_0000' })).toMatchObject({
      value: { url: 'file_0000' },
      issues: [],
    });
    expect(resolve('transcode', { input: 'file_0000', url: 'file_0001' }).issues).toEqual([
      {
        pointer: '/input',
        code: 'param_conflict',
        message: 'input and url are names of the same field: give one.',
      },
    ]);
  });
});

describe('twins', () => {
  it.each<[keyof typeof operations, Json, Json]>([
    ['audio.waveform', { color: '#112233', output_format: 'png' }, { colour: '#112233', format: 'png' }],
    ['audio.mix', { format: 'wav', audio_bitrate: '96k' }, { output_format: 'wav', bitrate: '96k' }],
    ['audio.normalize', { format: 'mp3', audio_bitrate: '96k' }, { output_format: 'mp3', bitrate: '96k' }],
    ['video.thumbnails', { output_format: 'png' }, { format: 'png' }],
    ['subtitles.convert', { output_format: 'ass' }, { format: 'ass' }],
    ['transcode', { format: 'mkv', output_format: 'mp4' }, { format: 'mkv', output_format: 'mp4' }],
    ['transcode', { bitrate: '2M' }, { bitrate: '2M' }],
    [
      'subtitles.burn_in',
      { style: { colour: 'red', outline_colour: 'black' } },
      { style: { color: 'red', outline_color: 'black' } },
    ],
    [
      'video.filter',
      {
        filters: [
          { type: 'text', params: { text: 'a', colour: '#FFFFFF', box: { colour: '#000000' } } },
          { type: 'rotate', params: { degrees: 1, fill_colour: '#202020' } },
        ],
      },
      {
        filters: [
          { type: 'text', params: { text: 'a', color: '#FFFFFF', box: { color: '#000000' } } },
          { type: 'rotate', params: { degrees: 1, fill_color: '#202020' } },
        ],
      },
    ],
    ['transcode', { metadata: { colour: 'red', format: 'x' } }, { metadata: { colour: 'red', format: 'x' } }],
  ])('%s: %j is %j', (id, body, named) => {
    expect(resolve(id, body)).toMatchObject({ value: named, issues: [] });
  });

  it('that differ are refused, and equal ones are one', () => {
    expect(resolve('audio.mix', { format: 'wav', output_format: 'mp3' }).issues).toMatchObject([
      { pointer: '/format', message: 'format and output_format are names of the same field: give one.' },
    ]);
    expect(resolve('audio.mix', { format: 'wav', output_format: 'wav' })).toMatchObject({
      value: { output_format: 'wav' },
      issues: [],
    });
  });

  it('are data where unknown fields are let pass', () => {
    const body = { colour: 'red' };
    expect(resolveAliases(z.looseObject({ color: z.string().optional() }), body).value).toEqual(body);
    expect(resolveAliases(z.object({ color: z.string().optional() }), body).value).toEqual(body);
  });
});

it('keeps what is no body as it is', () => {
  for (const value of [undefined, null, 1, 'a', [], ['a']]) expect(resolve('transcode', value).value).toEqual(value);
  expect(Object.hasOwn(resolve('transcode', JSON.parse('{"__proto__":1}')).value as object, '__proto__')).toBe(true);
});

it('finds the place of a field in what was sent', () => {
  const { renamed } = resolve('video.concat', { input: ['file_0000', { input: 'x' }] });
  expect(pointerAsGiven('/clips/1/url', renamed)).toBe('/input/1/input');
  expect(pointerAsGiven('/clips/0', renamed)).toBe('/input/0');
  expect(pointerAsGiven('/clipsy', renamed)).toBe('/clipsy');
});
