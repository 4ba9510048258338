import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText, shiftCues } from './cue.ts';
import type { Cue, CueFormat, Place } from './cue.ts';
import { parseCues, writeCues } from './cue-sheet.ts';

const film = [
  '1\n00:00:01,000 --> 00:00:02,500\nIt\'s a "test": 100%, {really}\n',
  '2\n00:00:03,000 --> 00:00:04,000\n<i>Größe</i> & <b>Maß</b>\n- 1 < 2\n',
  '3\n100:00:05,000 --> 100:00:06,001\n{\\an8}Oben\n',
].join('\n');

const texts = (text: string): string[] => parseCues(text).cues.map(plainText);
const times = (text: string): [number, number][] => parseCues(text).cues.map(({ startMs, endMs }) => [startMs, endMs]);

describe('conversions', () => {
  it('from SRT to WebVTT and back change nothing', () => {
    const vtt = writeCues(parseCues(film).cues, 'vtt');
    expect(vtt).toContain('00:00:03.000 --> 00:00:04.000\n<i>Größe</i> &amp; <b>Maß</b>\n- 1 &lt; 2');
    expect(vtt).toContain('100:00:05.000 --> 100:00:06.001 line:0\nOben');
    expect(writeCues(parseCues(vtt).cues, 'srt')).toBe(film);
  });

  it('keep times, looks, places and every letter in any format', () => {
    const letters = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .map((text) => `x${text.replaceAll(/[\p{C}\u2060\s<>]/gu, '.')}x`);
    const look = fc.record(
      { isBold: fc.constant(true as const), isItalic: fc.constant(true as const) },
      { requiredKeys: [] },
    );
    const span = fc.tuple(letters, look).map(([text, looks]) => ({ text, ...looks }));
    const cue = fc.record({
      startMs: fc.integer({ min: 0, max: 360_000 }).map((n) => n * 10),
      lengthMs: fc.integer({ min: 1, max: 1_000 }).map((n) => n * 10),
      span,
      place: fc.constantFrom<Place | undefined>(undefined, 1, 3, 4, 5, 6, 7, 8, 9),
    });
    fc.assert(
      fc.property(
        fc.array(cue, { minLength: 1, maxLength: 20 }),
        fc.constantFrom<CueFormat>('srt', 'vtt', 'ass'),
        (made, format) => {
          const cues: Cue[] = made
            .map(({ startMs, lengthMs, span: one, place }) => ({
              startMs,
              endMs: startMs + lengthMs,
              spans: [one],
              ...(place ? { place } : {}),
            }))
            .filter(({ spans }) => !spans[0]?.text.includes('{\\') && !/&[#a-z]/i.test(spans[0]?.text ?? ''))
            .toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
          const read = parseCues(writeCues(cues, format)).cues.map((each) => ({ ...each, ass: undefined }));
          // An absent field equals an undefined one here.
          expect(read).toEqual(cues);
        },
      ),
    );
  });

  it('make ASS text of what looks like its codes', () => {
    const cues = parseCues('1\n00:00:01,000 --> 00:00:02,000\nC:\\New {x} \\N\n').cues;
    expect(texts(writeCues(cues, 'ass'))).toEqual(['C:\\New {x} \\N']);
  });

  it('never make a cue of a text', () => {
    const vtt = 'WEBVTT\n\n00:01.000 --> 00:02.000\n00:00:05,000 --&gt; 00:00:06,000\n';
    expect(times(writeCues(parseCues(vtt).cues, 'srt'))).toEqual([[1_000, 2_000]]);
  });
});

describe('shifting', () => {
  it('cuts off what would lie before the beginning', () => {
    const { cues } = parseCues(film);
    expect(shiftCues(cues, 500)[0]).toMatchObject({ startMs: 1_500, endMs: 3_000 });
    expect(shiftCues(cues, -2_000)[0]).toMatchObject({ startMs: 0, endMs: 500 });
    expect(shiftCues(cues, -3_000)).toHaveLength(2);
  });
});

describe('files as they are found', () => {
  it.each([
    ['a mark and Windows lines', '\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\nA\r\n\r\n', ['A']],
    ['lines of an old Mac', '1\r00:00:01,000 --> 00:00:02,000\rA\r', ['A']],
    ['no empty lines', '1\n00:00:01,000 --> 00:00:02,000\nA\n2\n00:00:03,000 --> 00:00:04,000\nB', ['A', 'B']],
    ['no numbers', '00:00:01,000 --> 00:00:02,000\nA\n\n00:00:03,000 --> 00:00:04,000\nB', ['A', 'B']],
    [
      'a text that is a number',
      '1\n00:00:01,000 --> 00:00:02,000\n42\n\n2\n00:00:03,000 --> 00:00:04,000\nB',
      ['42', 'B'],
    ],
    ['an empty line inside of a text', '1\n00:00:01,000 --> 00:00:02,000\nA\n\n \nB\n', ['A\nB']],
    ['zero bytes', '1\n00:00:01,000 --> 00:00:02,000\nA\0B\n', ['AB']],
    ['marks of direction', '1\n00:00:01,000 --> 00:00:02,000\n\u202bשלום\u202c\n', ['\u202bשלום\u202c']],
    [
      'foreign tags',
      '1\n00:00:01,000 --> 00:00:02,000\n<script>alert(1)</script><font color="red">A</font>\n',
      ['alert(1)A'],
    ],
    ['addresses and hearts', '1\n00:00:01,000 --> 00:00:02,000\n<me@here.org> <3 a<b\n', ['<me@here.org> <3 a<b']],
    ['tags that are never closed', '1\n00:00:01,000 --> 00:00:02,000\n<b><i>A\n', ['A']],
    [
      'notes, styles and names',
      'WEBVTT\n\nSTYLE\n::cue { color: red }\n\nNOTE a --> b\n\nintro\n00:01.000 --> 00:02.000\n<v Ann>Hi <c.x>there</c> <00:01.500>now\n',
      ['Hi there now'],
    ],
    [
      'entities',
      'WEBVTT\n\n00:01.000 --> 00:02.000\n&lt;b&gt; &amp;amp; &#65;&nbsp;&unknown;\n',
      ['<b> &amp; A\u00a0&unknown;'],
    ],
  ])('%s', (_, text, expected) => {
    expect(texts(text)).toEqual(expected);
  });

  it('times in every spelling', () => {
    const cue = (time: string): string => `${time}\nA\n\n`;
    expect(times(`${cue('0:00:01.5-->0:00:02')}${cue('00:03,07 --> 00:04,007 X1:5')}${cue('1:00:00:00')}`)).toEqual([
      [1_500, 2_000],
      [3_070, 4_007],
    ]);
  });

  it('leaves out what cannot be shown, and says so', () => {
    const sheet = parseCues(
      [
        '00:00:05,000 --> 00:00:04,000\nA',
        '-00:00:02,000 --> -00:00:01,000\nB',
        '-00:00:01,000 --> 00:00:01,000\nC',
        '00:00:06,000 --> 00:00:07,000\n',
      ].join('\n\n'),
    );
    expect(sheet.cues).toMatchObject([{ startMs: 0, endMs: 1_000 }]);
    expect(sheet.notes).toEqual([
      '1 cue is left out: no text',
      '2 cues are left out: the end is not behind the beginning',
    ]);
  });

  it('tells what it cannot keep', () => {
    const cue = '00:01.000 --> 00:02.000 line:';
    const sheet = parseCues(
      `WEBVTT\n\nSTYLE\n::cue {}\n\n${cue}-1\n<c.red>A</c>\n\n${cue}14\nB\n\n${cue}7\nC\n\n${cue}20%\nD\n`,
    );
    expect(sheet.cues.map(({ place }) => place)).toEqual([undefined, undefined, 5, 8]);
    expect(sheet.notes).toEqual([
      '2 tags are left out: only bold, italics and underlines are kept',
      'styles and regions are left out',
    ]);
  });

  it('sorts cues by time, and keeps those that overlap', () => {
    const text =
      '00:00:03,000 --> 00:00:09,000\nB\n\n00:00:01,000 --> 00:00:04,000\nA\n\n00:00:03,500 --> 00:00:04,000\nC';
    expect(texts(text)).toEqual(['A', 'B', 'C']);
  });
});

const script = [
  '[Script Info]',
  'PlayResX: 640',
  '[V4+ Styles]',
  'Format: Name, Fontname, Bold, Alignment',
  'Style: Top,Arial,-1,8',
  '[Fonts]',
  'fontname: evil.ttf',
  '0000',
  '[Events]',
  'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
  'Comment: 0,0:00:00.00,0:00:09.00,Top,,0,0,0,,no',
  'Dialogue: 2,0:00:01.50,0:00:02.00,Top,Ann,0,0,0,,Up,{\\i1}and{\\i0} away\\Nsecond',
  'Dialogue: 0,0:00:03.00,0:00:04.00,Top,,0,0,0,,{\\p1}m 0 0 l 9 9{\\p0}',
  'Dialogue: 0,later,0:00:04.00,Top,,0,0,0,,lost',
].join('\n');

describe('ASS', () => {
  it('is read with its styles, without drawings', () => {
    const { cues, notes } = parseCues(script);
    expect(cues[0]).toMatchObject({ startMs: 1_500, endMs: 2_000, place: 8 });
    expect(cues[0]?.spans).toEqual([
      { text: 'Up,', isBold: true },
      { text: 'and', isBold: true, isItalic: true },
      { text: ' away\nsecond', isBold: true },
    ]);
    expect(cues.map(plainText)).toEqual(['Up,and away\nsecond', '']);
    expect(notes).toEqual(['1 cue is left out: no readable time']);
  });

  it('keeps its own events and styles, and none of what it embeds', () => {
    const { cues, assHead } = parseCues(script);
    const written = writeCues(cues, 'ass', assHead);
    expect(written).toContain('Dialogue: 2,0:00:01.50,0:00:02.00,Top,,0,0,0,,Up,{\\i1}and{\\i0} away\\Nsecond');
    expect(written).toContain('Style: Top,Arial,-1,8');
    expect(written).not.toMatch(/fonts|evil|comment/i);
  });

  it('of the old kind counts its places in another way', () => {
    const old = script.replace('[V4+ Styles]', '[V4 Styles]').replace('-1,8', '0,6');
    expect(parseCues(old).cues[0]?.place).toBe(8);
  });
});

describe('bombs', () => {
  /** Linear work takes a tenth of it, quadratic work minutes. */
  const millisecondsMax = 5_000;
  const cue = '1\n00:00:01,000 --> 00:00:02,000\n';
  it.each([
    ['a million tags', `${cue}${'<b>'.repeat(1_000_000)}A`],
    ['a million brackets', `${cue}${'<'.repeat(1_000_000)}A`],
    ['a million half tags', `${cue}${'<a '.repeat(1_000_000)}A`],
    ['a long name', `${cue}<${'a'.repeat(3_000_000)}`],
    ['a long time tag', `${cue}<${'1:'.repeat(1_500_000)}A`],
    ['a million braces', `${cue}${'{\\'.repeat(1_000_000)}A`],
    ['a million entities', `WEBVTT\n\n00:01.000 --> 00:02.000\n${'&#38'.repeat(700_000)}A`],
    ['a million arrows', `${cue}${' --> '.repeat(600_000)}A`],
    ['blanks before an arrow', Array.from({ length: 700 }, () => `${' '.repeat(4_000)}-->`).join('\n')],
    ['digits before an arrow', Array.from({ length: 700 }, () => `00:00:${'1'.repeat(4_000)} -->`).join('\n')],
    ['blank lines', `${cue}${' \n'.repeat(1_000_000)}A`],
    ['many cues', `${cue}A\n\n`.repeat(30_000)],
  ])('%s take little time', (_, text) => {
    const startMs = performance.now();
    parseCues(text);
    expect(performance.now() - startMs).toBeLessThan(millisecondsMax);
  });
});

it.each(['constructor', 'toString', '__proto__'])('an alignment called %s is in the middle', (align) => {
  const { cues } = parseCues(`WEBVTT\n\n00:01.000 --> 00:02.000 align:${align}\nHello\n`);
  expect(cues[0]?.place ?? 2).toBe(2);
});
