import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from './cue.ts';
import { parseCues, writeCues } from './cue-sheet.ts';

const read = (text: string): [number, number, string][] =>
  parseCues(text).cues.map((cue) => [cue.startMs, cue.endMs, plainText(cue)]);

const two: [number, number, string][] = [
  [1_000, 2_500, 'A\nB'],
  [3_000, 4_000, 'C'],
];

const file = (arrow: string, ...[line = '\n', fraction = ',']: string[]): string =>
  [
    '1',
    `00:00:01${fraction}000${arrow}00:00:02${fraction}500`,
    'A',
    'B',
    '',
    '2',
    `00:00:03${fraction}000${arrow}00:00:04${fraction}000`,
    'C',
    '',
  ].join(line);

describe('SRT as it is found', () => {
  it.each([' -> ', '->', ' –> ', ' —> ', ' −−> ', '-->', ' ---> ', ' --&gt; ', '\t-->\t', ' ‐‐> '])(
    'with the arrow %j',
    (arrow) => {
      expect(read(file(arrow))).toEqual(two);
    },
  );

  it.each([
    ['lines that were ended twice', '\r\r\n'],
    ['Windows lines', '\r\n'],
    ['lines of an old Mac', '\r'],
  ])('with %s', (_, line) => {
    expect(read(file(' --> ', line))).toEqual(two);
  });

  it.each(['.', ',', ';', ':', ' ,', ', '])('with the fraction behind %j', (fraction) => {
    expect(read(file(' --> ', '\n', fraction))).toEqual(two);
  });

  it.each([
    '00: 00: 01,000 -> 00: 00: 02,500',
    '00 : 00 : 01 , 000 --> 00 : 00 : 02 , 500',
    '00：00：01，000 --> 00：00：02，500',
    '0:0:1,0-->0:0:2,5',
  ])('with the times %j', (line) => {
    expect(read(`1\n${line}\nA\n`)).toEqual([[1_000, 2_500, 'A']]);
  });

  it('with tags of pages and of ASS', () => {
    const { cues, notes } = parseCues(
      '1\n00:00:01,000 --> 00:00:02,000\n{\\an8}{\\i1}A{\\i0}<br>B<br/><font color="#fff">C</font> {\\b1}D{\\b0}\n',
    );
    expect(cues[0]).toMatchObject({ place: 8 });
    expect(cues[0]?.spans).toEqual([{ text: 'A', isItalic: true }, { text: '\nB\nC ' }, { text: 'D', isBold: true }]);
    expect(notes).toEqual(['2 tags are left out: only bold, italics and underlines are kept']);
  });

  it('takes no arrow in a text for a time, nor makes a time of a text', () => {
    expect(read('1\n00:00:01,000 --> 00:00:02,000\nA -> B –> C\n')).toEqual([[1_000, 2_000, 'A -> B –> C']]);
    const told =
      'WEBVTT\n\n00:01.000 --> 00:02.000\n00:00:05,000 -&gt; 00:00:06,000\n00:00:05,000 –&gt; 00:00:06,000\n';
    const written = writeCues(parseCues(told).cues, 'srt');
    expect(read(written)).toEqual([[1_000, 2_000, '00:00:05,000 → 00:00:06,000\n00:00:05,000 → 00:00:06,000']]);
  });

  it('says the same however it is spelt', () => {
    const words = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 10 })
      .map((text) => `x${text.replaceAll(/[\p{C}\u2060\s<>{}]/gu, '.')}x`);
    const cue = fc.record({
      startMs: fc.integer({ min: 0, max: 359_000_000 }),
      lengthMs: fc.integer({ min: 1, max: 9_999 }),
      text: fc.array(words, { minLength: 1, maxLength: 3 }),
    });
    const spelling = fc.record({
      arrow: fc.constantFrom(' --> ', '-->', ' -> ', ' –> ', ' —>', ' --&gt; '),
      line: fc.constantFrom('\n', '\r\n', '\r\r\n', '\r'),
      fraction: fc.constantFrom(',', '.', ';'),
      isNumbered: fc.boolean(),
      hasGap: fc.boolean(),
    });
    const show = (timeMs: number, fraction: string): string => {
      const hours = String(Math.floor(timeMs / 3_600_000)).padStart(2, '0');
      return `${hours}:${new Date(timeMs % 3_600_000).toISOString().slice(14, 23).replace('.', fraction)}`;
    };
    fc.assert(
      fc.property(
        fc.array(cue, { minLength: 1, maxLength: 8 }),
        spelling,
        (cues, { arrow, line, fraction, isNumbered, hasGap }) => {
          const lines = cues.flatMap(({ startMs, lengthMs, text }, n) => [
            ...(isNumbered ? [String(n + 1)] : []),
            `${show(startMs, fraction)}${arrow}${show(startMs + lengthMs, fraction)}`,
            ...text,
            ...(hasGap ? [''] : []),
          ]);
          const expected = cues
            .map(({ startMs, lengthMs, text }) => [startMs, startMs + lengthMs, text.join('\n')])
            .toSorted((a, b) => Number(a[0]) - Number(b[0]) || Number(a[1]) - Number(b[1]));
          expect(read(lines.join(line))).toEqual(expected);
          expect(read(writeCues(parseCues(lines.join(line)).cues, 'srt'))).toEqual(expected);
        },
      ),
      { numRuns: 500, interruptAfterTimeLimit: 6_000 },
    );
  });
});
