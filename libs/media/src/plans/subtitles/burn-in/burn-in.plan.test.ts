import { operations } from '@ffapi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MediaFacts } from '../../../facts/media-facts.ts';
import { cpuCaps, film, gpuCaps, withPicture } from '../../../fixtures/facts.ts';
import { golden, showPlan } from '../../../fixtures/golden.ts';
import { assText, srtText, subtitleOf } from '../../../fixtures/subtitles.ts';
import type { Capabilities, Plan } from '../../plan.ts';
import { planSubtitlesBurnIn } from './burn-in.plan.ts';

const plan = (
  params: Record<string, unknown>,
  subtitle: MediaFacts = subtitleOf(srtText),
  source: MediaFacts = film,
  caps: Capabilities = cpuCaps,
  measured: Record<string, unknown> = { font: '' },
): Plan =>
  planSubtitlesBurnIn({
    params: operations['subtitles.burn_in'].params.parse(params),
    facts: { source, subtitle },
    caps,
    measured,
    hardware: 'auto',
  });

const scriptOf = (made: Plan): string => String(made.scratch?.['burn.ass'] ?? '');
const graphOf = (made: Plan): string => {
  const argv = made.steps[0]?.argv ?? [];
  return String(argv[argv.indexOf('-vf') + 1]);
};

describe('golden command lines', () => {
  it.each(operations['subtitles.burn_in'].examples.map((example) => [example.title, example.params] as const))(
    '%s',
    (title, params) => {
      const [first, last] = [plan(params, undefined, film, cpuCaps, {}), plan(params)];
      const asked = first.kind === 'measure' ? showPlan(first) : '';
      const text = `${asked}${showPlan(last)}${scriptOf(last)}`;
      expect(text).toBe(golden(import.meta.url, title, text));
    },
  );
});

describe('a font that is named', () => {
  const said =
    '[Parsed_ass_0 @ 0x5] [info] fontselect: (X, 400, 0) -> /usr/share/fonts/DejaVuSans.ttf, 0, DejaVuSans\n';
  const warningsOf = (font: string): readonly string[] =>
    plan({ style: { font } }, undefined, film, cpuCaps, { font: said }).warnings;

  it('is asked for, and its replacement is told', () => {
    expect(plan({ style: { font: 'Arial' } }, undefined, film, cpuCaps, {}).kind).toBe('measure');
    expect(warningsOf('Arial')).toEqual(['there is no font Arial; the text is drawn in DejaVuSans']);
    expect(warningsOf('DejaVu Sans')).toEqual([]);
  });

  it('in general needs no question', () => {
    expect(plan({ style: { font: 'Serif' } }, undefined, film, cpuCaps, {}).kind).toBe('run');
    expect(plan({}, undefined, film, cpuCaps, {}).kind).toBe('run');
  });
});

describe('the script', () => {
  it('has the size of the frame, and text in parts of its height', () => {
    const made = plan(
      { style: { font_size: 24, margin: 30 } },
      undefined,
      withPicture({ displayWidth: 641, displayHeight: 361 }),
    );
    expect(scriptOf(made)).toContain('PlayResX: 642\nPlayResY: 362');
    expect(scriptOf(made)).toContain('Style: Default,sans-serif,30.17,');
    expect(scriptOf(made)).toMatch(/,30,30,30,1$/m);
    expect(made.outputs[0]?.expect).toMatchObject({ width: 642, height: 362 });
  });

  it('counts the size of text in a picture of 288 lines', () => {
    expect(scriptOf(plan({ style: { font_size: 24 } }))).toContain('Style: Default,sans-serif,90,');
    expect(scriptOf(plan({ style: {} }))).toContain('Style: Default,sans-serif,60,');
    expect(scriptOf(plan({}))).toContain('Style: Default,sans-serif,60,');
  });

  it('stands upright on a picture that does', () => {
    const turned = withPicture({ rotation: 90, displayWidth: 1080, displayHeight: 1920 });
    expect(scriptOf(plan({}, undefined, turned))).toContain('PlayResX: 1080\nPlayResY: 1920');
  });

  it('writes colours the way ASS does', () => {
    const made = plan({ style: { color: '#11223344', outline_color: 'red' } });
    expect(scriptOf(made)).toContain('&HBB332211,&HBB332211,&H000000FF');
  });

  it('of an ASS file keeps its styles, unless a style is given', () => {
    const ass = subtitleOf(assText);
    expect(scriptOf(plan({}, ass))).toContain('{\\c&H0000FF&}red');
    expect(scriptOf(plan({ style: {} }, ass))).toContain('Default,,0,0,0,,{\\an8}red');
  });

  it('is drawn after everything else was done to the picture', () => {
    const hdr = plan({}, undefined, withPicture({ isHdr: true, bitDepth: 10, pixFmt: 'yuv420p10le' }));
    expect(graphOf(hdr)).toMatch(/tonemap=.*format=pix_fmts=yuv420p,ass=filename=burn\.ass$/);
    expect(plan({}, undefined, film, { ...cpuCaps, fontsDir: '/fonts' }).steps[0]?.argv.join(' ')).toContain(
      'ass=filename=burn.ass:fontsdir=/fonts',
    );
    expect(plan({}, undefined, film, gpuCaps).device).toBe('gpu');
  });

  it('never stands beside a track that says the same', () => {
    const made = plan({}, undefined, { ...film, subtitles: [{ index: 2, codec: 'mov_text', language: null }] });
    expect(made.steps[0]?.argv).not.toContain('0:2');
    expect(made.warnings).toContain('the subtitle tracks of the video are left out');
  });

  it('counts frames at the rate of the film where the subtitles name none', () => {
    const frames = subtitleOf('{24}{48}A');
    const pal = plan({}, frames, withPicture({ fps: { num: 25, den: 1 } }));
    expect(scriptOf(pal)).toContain('Dialogue: 0,0:00:00.96,0:00:01.92,');
    expect(pal.warnings).toEqual([]);
    const own = plan({}, subtitleOf('{1}{1}24\n{24}{48}A'), withPicture({ fps: { num: 25, den: 1 } }));
    expect(scriptOf(own)).toContain('Dialogue: 0,0:00:01.00,0:00:02.00,');
    const unknown = plan({}, frames, withPicture({ fps: { num: 0, den: 1 } }));
    expect(unknown.warnings).toEqual(['the file names no frame rate: 23.976 is taken']);
  });

  it('ends with the video', () => {
    const late = subtitleOf(`${srtText}\n3\n00:01:00,000 --> 00:01:01,000\nlate\n`);
    expect(plan({}, late)).toMatchObject({
      result: { cues: 2 },
      warnings: ['1 cue is left out: after the end of the video'],
    });
  });

  it('needs a picture', () => {
    expect(() => plan({}, undefined, withPicture({ isAttachedPicture: true }))).toThrow('picture');
  });
});

it('no text of a user becomes an argument or a filter', () => {
  const plain = plan({ style: {} });
  const text = fc.string({ unit: 'grapheme', minLength: 1 });
  const family = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 ._-]{0,20}$/);
  fc.assert(
    fc.property(text, family, (line, name) => {
      const made = plan({ style: { font: name } }, subtitleOf(`1\n00:00:01,000 --> 00:00:02,000\nx${line}\n`));
      expect(made.steps.map(({ argv }) => argv)).toEqual(plain.steps.map(({ argv }) => argv));
      const events = scriptOf(made)
        .split('\n')
        .filter((each) => each.startsWith('Dialogue:'));
      expect(events).toHaveLength(1);
    }),
    { numRuns: 60 },
  );
  for (const font of ['Arial,Bold', 'a\nb', '{x}', '', '\\', 'x:y'])
    expect(operations['subtitles.burn_in'].params.safeParse({ style: { font } }).success, font).toBe(false);
});

const seconds = (n: number): string => new Date(n * 1000).toISOString().slice(11, 23).replace('.', ',');
const srt = (...cues: readonly (readonly [from: number, to: number, text: string])[]): string =>
  cues.map(([from, to, text], n) => `${n + 1}\n${seconds(from)} --> ${seconds(to)}\n${text}\n`).join('\n');

describe('more than a screen can show', () => {
  const ass = assText.replace(/(Dialogue:.*,,)[^\n]*/, `$1{\\\\p1}m 0 0 ${'l 1 1 '.repeat(20_000)}`);
  it.each([
    ['one cue', srt([0, 5, 'word '.repeat(25_000)])],
    ['one word', srt([0, 5, 'x'.repeat(100_000)])],
    ['many at a time', srt(...Array.from({ length: 3_000 }, () => [0, 5, 'the same line again and again'] as const))],
    ['a drawing', ass],
  ])('%s is refused', (_, text) => {
    expect(() => plan({}, subtitleOf(text))).toThrow(expect.objectContaining({ code: 'subtitle_too_large' }));
  });

  it('a long file with one cue at a time is drawn', () => {
    const text = srt(
      ...Array.from({ length: 3_000 }, (_, n) => [n / 100, n / 100 + 0.01, 'a line of its own'] as const),
    );
    expect(plan({}, subtitleOf(text)).kind).toBe('run');
  });
});

describe('a track of the video itself', () => {
  const source: MediaFacts = {
    ...film,
    subtitles: [
      { index: 2, codec: 'hdmv_pgs_subtitle', language: 'eng' },
      { index: 3, codec: 'subrip', language: 'deu' },
    ],
  };
  const ofTrack = (
    params: object,
    measured: Record<string, unknown> = {},
    subtitle?: MediaFacts,
    from = source,
  ): Plan =>
    planSubtitlesBurnIn({
      params: operations['subtitles.burn_in'].params.parse(params),
      facts: { source: from, ...(subtitle ? { subtitle } : {}) },
      caps: cpuCaps,
      measured,
      hardware: 'auto',
    });

  it('is taken out, and drawn', () => {
    const first = ofTrack({ language: 'de' });
    expect(first.kind).toBe('measure');
    expect(first.steps[0]?.argv).toContain('0:3');
    const made = ofTrack({ language: 'de' }, { track: srtText });
    expect(made.kind).toBe('run');
    expect(scriptOf(made)).toContain('Größe');
    expect(made.result).toMatchObject({ cues: 2 });
    expect(graphOf(made)).toContain('ass=');
  });

  it('of pictures is counted, and laid over the film', () => {
    expect(ofTrack({ track: 0 }).steps[0]?.tool).toBe('ffprobe');
    const made = ofTrack({ track: 0, style: {} }, { pictures: '1\n0\n2\n' });
    expect(made.result).toEqual({ cues: 2, charset: 'none', format: 'hdmv_pgs_subtitle' });
    expect(made.warnings.join()).toContain('style is ignored');
    expect(showPlan(made)).toBe(golden(import.meta.url, 'Pictures of a track', showPlan(made)));
    expect(() => ofTrack({ track: 0 }, { pictures: '0\n' })).toThrow('holds no pictures');
  });

  it.each([
    ['dvd_subtitle', { width: 720, height: 480 }, '720x480'],
    ['dvd_subtitle', undefined, '1920x1080'],
    ['dvb_subtitle', undefined, '1920x1080'],
  ])('of %s lies in %j', (codec, canvas, size) => {
    const subtitles = [{ index: 2, codec, language: null, ...(canvas ? { canvas } : {}) }];
    const made = ofTrack({ track: 0 }, { pictures: '1' }, undefined, { ...source, subtitles });
    const argv = made.steps[1]?.argv ?? [];
    expect(argv[argv.indexOf('-canvas_size:1') + 1]).toBe(size);
  });

  it('is of a known kind, and stands alone', () => {
    const subtitles = [{ index: 2, codec: 'dvb_teletext', language: null }];
    expect(() => ofTrack({ track: 0 }, {}, undefined, { ...source, subtitles })).toThrow('dvb_teletext');
    expect(() => ofTrack({ track: 1 }, {}, subtitleOf(srtText))).toThrow('not both');
    expect(() => ofTrack({ track: 1 }, { track: '' })).toThrow('holds no text');
  });
});
