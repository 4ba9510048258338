import { operations } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import type { MediaFacts, VideoFacts } from '../facts/media-facts.ts';
import { cpuCaps, withPicture } from '../fixtures/facts.ts';
import { argvOf, plan as planFilm } from '../fixtures/plan-transcode.ts';
import { fieldsIn } from './fields.ts';
import type { Plan, PlanFn } from '../plans/plan.ts';
import { plans } from '../plans/registry.ts';

const pal = { width: 720, height: 576, displayWidth: 720, displayHeight: 576, fps: { num: 25, den: 1 } };
const lookOf = (kind: string, count: number): string =>
  Array.from({ length: count }, () => `frame:1\nlavfi.idet.multiple.current_frame=${kind}`).join('\n');

const planWith = (
  id: 'transcode' | 'video.thumbnails' | 'video.scenes',
  params: object,
  facts: MediaFacts,
  measured: Readonly<Record<string, string>> = {},
): Plan =>
  (plans[id] as PlanFn)({
    params: operations[id].params.parse(params) as never,
    facts: { source: facts },
    caps: cpuCaps,
    measured,
    hardware: 'auto',
  });

describe('a look at the picture', () => {
  it.each<[string, Partial<VideoFacts>, boolean]>([
    ['PAL', pal, true],
    ['NTSC', { ...pal, height: 480, fps: { num: 30_000, den: 1001 } }, true],
    ['PAL that is marked progressive', { ...pal, isMarkedProgressive: true }, true],
    ['HD of 25 without a mark', { fps: { num: 25, den: 1 }, isMarkedProgressive: undefined }, true],
    ['HD of 25 that is marked progressive', { fps: { num: 25, den: 1 }, isMarkedProgressive: true }, false],
    ['HD of 24', {}, false],
    ['a small film', { ...pal, width: 320, height: 180 }, false],
    ['PAL that is marked interlaced', { ...pal, isInterlaced: true }, false],
  ])('is taken at %s: %s', (_what, changes, isTaken) => {
    expect(planWith('transcode', { crf: 20 }, withPicture(changes)).kind).toBe(isTaken ? 'measure' : 'run');
  });

  it('costs a few seconds of the film', () => {
    const argv = argvOf(planWith('transcode', { crf: 20 }, withPicture(pal)));
    expect(argv.match(/-ss [\d.]+ -t 2.000/g)).toEqual([
      '-ss 4.500 -t 2.000',
      '-ss 13.500 -t 2.000',
      '-ss 22.500 -t 2.000',
    ]);
  });

  it('is not taken where nothing is encoded, or the request says', () => {
    for (const params of [
      { video_codec: 'copy', output_format: 'mkv' },
      { output_format: 'mp3' },
      { deinterlace: 'off', crf: 20 },
      { deinterlace: 'on', crf: 20 },
    ])
      expect(planWith('transcode', params, withPicture(pal)).kind).toBe('run');
  });
});

describe('what it says', () => {
  it.each([
    [[lookOf('tff', 60)], 'tff'],
    [[lookOf('undetermined', 50), lookOf('bff', 10)], 'bff'],
    [[lookOf('progressive', 100), lookOf('tff', 20)], null],
    [[lookOf('tff', 3)], null],
    [[lookOf('tff', 38), lookOf('bff', 25), lookOf('progressive', 12)], null],
    [[''], null],
  ])('%#', (texts, fields) => {
    expect(fieldsIn(texts)).toBe(fields);
  });
});

describe('fields', () => {
  const found = { 'fields0.txt': lookOf('bff', 60), 'fields1.txt': '', 'fields2.txt': '' };
  const whole = { 'fields0.txt': lookOf('progressive', 60), 'fields1.txt': '', 'fields2.txt': '' };

  it('that were found become whole pictures', () => {
    const made = planWith('transcode', { output_format: 'mp4' }, withPicture(pal), found);
    expect(argvOf(made)).toContain('bwdif=mode=send_frame:parity=bff:deint=all');
    expect(argvOf(planWith('transcode', { crf: 20 }, withPicture(pal), whole))).not.toContain('bwdif');
  });

  it('are what the request says', () => {
    expect(argvOf(planFilm({ crf: 20, deinterlace: 'on' }))).toContain('bwdif=mode=send_frame:parity=auto:deint=all');
    const marked = withPicture({ isInterlaced: true });
    expect(argvOf(planFilm({ crf: 20, deinterlace: 'off' }, { facts: marked }))).not.toContain('bwdif');
    expect(argvOf(planFilm({ crf: 20 }, { facts: marked }))).toContain('deint=interlaced');
  });

  it.each([
    ['video.thumbnails', { method: 'uniform', sprite: {} }, {}],
    ['video.scenes', {}, { cuts: '', differences: '', mixtures: '' }],
  ] as const)('are no combs in the stills of %s', (id, params, measured) => {
    expect(planWith(id, params, withPicture(pal)).steps[0]?.id).toBe('fields');
    const marked = planWith(id, params, withPicture({ ...pal, isInterlaced: true }), measured);
    const unmarked = planWith(id, params, withPicture(pal), { ...measured, ...found });
    for (const { steps } of [marked, unmarked])
      for (const { argv } of steps) expect(JSON.stringify(argv)).toContain('bwdif');
  });
});
