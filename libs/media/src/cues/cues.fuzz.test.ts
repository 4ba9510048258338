import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CueFormat } from './cue.ts';
import { parseCues, writeCues } from './cue-sheet.ts';

const bounded = { numRuns: 5_000, interruptAfterTimeLimit: 6_000 };
const format = fc.constantFrom<CueFormat>('srt', 'vtt', 'ass');

const fragments = [
  ['WEBVTT', '[Script Info]', '[Events]', '[V4+ Styles]', 'Format: Start, End, Text', 'Style: a,1,2,3'],
  ['Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,x', '00:00:01,000 --> 00:00:02,000', '00:01.5 --> 99:59:59.9'],
  [
    '-1:-2:-3,4 --> 5',
    '-->',
    '1',
    '\n',
    '\r',
    '\r\n',
    '\0',
    '\ufeff',
    '<b>',
    '</i>',
    '<',
    '{\\an8}',
    '{\\',
    '}',
    '\\N',
  ],
  ['&#x110000;', '&#0;', '&lt', '&amp;', ';', ':', ',', ' ', 'NOTE', 'STYLE', '<00:00:01.000>', 'line:-1%', '\ud800'],
].flat();
const fragment = fc.constantFrom(...fragments);
const text = fc.oneof(
  fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join('')),
  fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join('\n')),
  fc.string({ unit: 'binary', maxLength: 400 }),
);

describe('a subtitle file of any text', () => {
  it('is read, in order and within time, and never thrown over', () => {
    fc.assert(
      fc.property(text, (given) => {
        const { cues, notes } = parseCues(given);
        for (const { startMs, endMs, spans } of cues) {
          expect(Number.isSafeInteger(startMs) && Number.isSafeInteger(endMs)).toBe(true);
          expect(startMs >= 0 && endMs > startMs).toBe(true);
          // oxlint-disable-next-line no-control-regex
          for (const span of spans) expect(span.text).not.toMatch(/[\0\x01-\x08\x1b]/);
        }
        expect(cues.map(({ startMs }) => startMs)).toEqual(
          cues.map(({ startMs }) => startMs).toSorted((a, b) => a - b),
        );
        expect(notes.every((note) => typeof note === 'string')).toBe(true);
      }),
      bounded,
    );
  });

  it('makes no more cues when it is written and read again', () => {
    fc.assert(
      fc.property(text, format, (given, wanted) => {
        const { cues } = parseCues(given);
        expect(parseCues(writeCues(cues, wanted)).cues.length).toBeLessThanOrEqual(cues.length);
      }),
      bounded,
    );
  });

  it('is read in time that grows with its length only', () => {
    const repeated = fc.array(fragment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.constantFrom('', 'WEBVTT\n\n00:01.000 --> 00:02.000\n', '[Script Info]\n[Events]\n'),
        repeated,
        (start, unit) => {
          const long = start + unit.repeat(Math.ceil(200_000 / unit.length));
          const startMs = performance.now();
          parseCues(long);
          expect(performance.now() - startMs, JSON.stringify(start + unit)).toBeLessThan(3_000);
        },
      ),
      { numRuns: 200, interruptAfterTimeLimit: 8_000 },
    );
  });
});
