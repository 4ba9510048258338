import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText, shiftCues } from './cue.ts';
import type { Cue } from './cue.ts';
import { keptIn, parseCues, writeCues } from './cue-sheet.ts';

const texts = (text: string): string[] => parseCues(text).cues.map(plainText);

/** WebVTT to WebVTT, as a conversion writes it. */
const rewritten = (text: string, shiftMs = 0): string => {
  const sheet = parseCues(text);
  return writeCues(shiftCues(sheet.cues, shiftMs), 'vtt', keptIn(sheet, 'vtt').head);
};

const rolling = [
  'WEBVTT\nKind: captions\nLanguage: en\n',
  '00:00:00.000 --> 00:00:02.000 align:start position:0%\n \nhello<00:00:00.500><c> my</c><00:00:01.000><c> friends</c>\n',
  '00:00:02.000 --> 00:00:02.010 align:start position:0%\nhello my friends\n',
  '00:00:02.010 --> 00:00:04.000 align:start position:0%\nhello my friends\nwelcome<00:00:02.500><c> back</c>\n',
].join('\n');

describe('WebVTT', () => {
  it('ends a cue at an empty line, and not at one of blanks', () => {
    expect(texts(rolling)).toEqual(['hello my friends', 'hello my friends', 'hello my friends\nwelcome back']);
    expect(texts('WEBVTT\n\n00:01.000 --> 00:02.000\nA\n\t\nB\n\nno cue\n')).toEqual(['A\nB']);
  });

  it('goes back to WebVTT as it was: header, tags, settings and the times of words', () => {
    expect(rewritten(rolling)).toBe(rolling);
  });

  it.each([
    'position:36.67%,start align:start size:36.67% line:79.29%',
    'position:23.33% align:left size:61.43%',
    'vertical:rl line:0',
    'line:-3,center',
    'region:fred align:end',
    'line:84.5%',
  ])('keeps the settings %s', (settings) => {
    expect(rewritten(`WEBVTT\n\n00:01.166 --> 00:03.461 ${settings}\nA\n`)).toContain(
      `--> 00:00:03.461 ${settings}\nA\n`,
    );
  });

  it('passes over settings that no standard has', () => {
    const text = 'WEBVTT\n\n00:01.000 --> 00:02.000 colour:red line:0 nonsense D:vertical --> position:\nA\n';
    expect(rewritten(text)).toContain('00:00:01.000 --> 00:00:02.000 line:0\nA');
  });

  it('keeps styles, regions, names, voices, classes, languages and ruby', () => {
    const text = [
      'WEBVTT - a film\n',
      'REGION\nid:fred\nwidth:40%\n',
      'STYLE\n::cue(.white) { color: white }\n',
      'intro\n00:00:01.000 --> 00:00:02.000\n<v.loud Ann>Hi <c.white.mono_sans>there</c></v>\n',
      '00:00:02.000 --> 00:00:03.000\n<lang ja><ruby>漢<rt>kan</rt></ruby></lang> &amp; &lt;b&gt;\n',
    ].join('\n');
    expect(rewritten(text)).toBe(text);
    const sheet = parseCues(text);
    expect(keptIn(sheet, 'vtt').notes).toEqual([]);
    expect(keptIn(sheet, 'srt').notes).toContain('styles and regions are left out');
  });

  it('gives no tag of another format to a player', () => {
    const sheet = parseCues('WEBVTT\n\n00:01.000 --> 00:02.000\n<c.a>A</c><script>B</script>{\\fs99}C\n');
    expect(writeCues(sheet.cues, 'vtt')).toContain('\n<c.a>A</c>BC\n');
    expect(keptIn(sheet, 'vtt').notes).toEqual(['3 tags are left out: only bold, italics and underlines are kept']);
  });

  it('moves the times of words with their cue', () => {
    expect(rewritten(rolling, 10_000)).toContain(
      '00:00:12.010 --> 00:00:14.000 align:start position:0%\nhello my friends\nwelcome<00:00:12.500><c> back</c>',
    );
    expect(rewritten(rolling, -1_000)).toContain('hello<c> my</c><00:00:00.000><c> friends</c>');
  });

  it.each([
    [
      'a mark, Windows lines and a header',
      '\ufeffWEBVTT header text\r\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000\r\n\r\n',
      '',
    ],
    ['notes of many lines', 'WEBVTT\n\nNOTE one\ntwo -> three\n\nNOTE\nfour\n\n', ''],
    ['hours of three digits', 'WEBVTT\n\n', '120:'],
  ])('reads %s', (_, head, hours) => {
    const text = `${head}${hours || '00:'}00:01.000 --> ${hours || '00:'}00:02.000\nA\n`;
    expect(texts(text)).toEqual(['A']);
    expect(parseCues(text).cues[0]?.startMs).toBe(hours === '' ? 1_000 : 120 * 3_600_000 + 1_000);
  });

  it('takes cues in any order, and those that begin before the film from its beginning', () => {
    const text =
      'WEBVTT\n\n00:05.000 --> 00:06.000\nB\n\n-00:01.000 --> 00:01.000\nA\n\n00:04.000 --> 00:03.000\nnever\n';
    expect(parseCues(text).cues).toMatchObject([{ startMs: 0 }, { startMs: 5_000 }]);
    expect(texts(text)).toEqual(['A', 'B']);
  });

  it('knows the characters that have names', () => {
    const text =
      'WEBVTT\n\n00:01.000 --> 00:02.000\n&eacute;&Eacute;&hellip;&ldquo;&frac12;&zwj;&lrm;&nosuch; & &amp;lt;\n';
    expect(texts(text)).toEqual(['éÉ…“½\u200d\u200e&nosuch; & &lt;']);
  });

  it('stays the same through any number of conversions, whatever it says', () => {
    const words = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .map((text) => `x${text.replaceAll(/[\p{C}\u2060\s<>&{}]/gu, '.')}`);
    const part = fc.oneof(
      words,
      words.map((text) => `<c.a>${text}</c>`),
      words.map((text) => `<v Ann>${text}</v>`),
      words.map((text) => `<b>${text}</b>`),
      words.map((text) => `<00:00:01.500>${text}`),
      fc.constantFrom('&amp;', '&lt;3', '\n \n', '\n'),
    );
    const percent = fc.integer({ min: 0, max: 10_000 }).map((n) => `${n / 100}%`);
    const settings = fc
      .tuple(
        fc.option(percent),
        fc.option(percent),
        fc.option(percent),
        fc.constantFrom('', ' align:start', ' align:end'),
      )
      .map(([line, position, size, align]) =>
        [line && ` line:${line}`, position && ` position:${position}`, size && ` size:${size}`, align]
          .filter(Boolean)
          .join(''),
      );
    const cue = fc.record({
      startMs: fc.integer({ min: 0, max: 400_000_000 }),
      lengthMs: fc.integer({ min: 1, max: 10_000 }),
      settings,
      text: fc
        .array(part, { minLength: 1, maxLength: 5 })
        .map((parts) => `x${parts.join('').replaceAll(/\n+/g, '\n')}x`),
    });
    const show = (timeMs: number): string => {
      const hours = Math.floor(timeMs / 3_600_000);
      return `${String(hours).padStart(2, '0')}:${new Date(timeMs % 3_600_000).toISOString().slice(14, 23)}`;
    };
    const simple = ({ startMs, endMs, spans, place, vtt }: Cue): unknown => ({
      startMs,
      endMs,
      spans,
      place,
      settings: vtt?.settings,
    });
    fc.assert(
      fc.property(fc.array(cue, { minLength: 1, maxLength: 6 }), (cues) => {
        const blocks = cues.map(
          (each) => `${show(each.startMs)} --> ${show(each.startMs + each.lengthMs)}${each.settings}\n${each.text}\n`,
        );
        const text = `WEBVTT\n\n${blocks.join('\n')}`;
        const once = rewritten(text);
        expect(parseCues(once).cues.map(simple)).toEqual(parseCues(text).cues.map(simple));
        expect(rewritten(once)).toBe(once);
        for (const each of cues)
          expect(once).toContain(`${show(each.startMs)} --> ${show(each.startMs + each.lengthMs)}${each.settings}\n`);
      }),
      { numRuns: 500, interruptAfterTimeLimit: 6_000 },
    );
  });
});
