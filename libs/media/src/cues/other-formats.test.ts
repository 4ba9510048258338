import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from './cue.ts';
import type { SourceFormat } from './cue.ts';
import { parseCues, writeCues } from './cue-sheet.ts';

const read = (text: string): [number, number, string][] =>
  parseCues(text).cues.map((cue) => [cue.startMs, cue.endMs, plainText(cue)]);

describe('SBV', () => {
  const text = '0:00:01.000,0:00:02.500\nHello [br]there\n<i>you</i>\n\n0:00:03.000,0:00:04.000\nC\n';
  it('is read', () => {
    expect(parseCues(text).format).toBe('sbv');
    expect(read(text)).toEqual([
      [1_000, 2_500, 'Hello \nthere\nyou'],
      [3_000, 4_000, 'C'],
    ]);
    expect(parseCues(text).cues[0]?.spans.at(-1)).toMatchObject({ isItalic: true });
  });
});

describe('LRC', () => {
  it('is read, each line up to the next', () => {
    const text =
      '[ar:Somebody]\n[ti:Song: one]\n[offset:+500]\n\n[00:01.50]One\n[00:03.00][00:09.25]Chorus\n[00:05.00]\n[00:06.00]<00:06.00>Two <00:06.50>words\n';
    expect(parseCues(text).format).toBe('lrc');
    expect(read(text)).toEqual([
      [1_000, 2_500, 'One'],
      [2_500, 4_500, 'Chorus'],
      [5_500, 8_750, 'Two words'],
      [8_750, 13_750, 'Chorus'],
    ]);
  });

  it('keeps no line through a long pause', () => {
    expect(read('[00:01]A\n[02:00:50]B')).toEqual([
      [1_000, 16_000, 'A'],
      [120_500, 125_500, 'B'],
    ]);
  });

  it('keeps the second of two lines that begin together', () => {
    expect(read('[00:01.00]A\n[00:01.00]B\n[00:02.00]C')).toEqual([
      [1_000, 2_000, 'A'],
      [1_000, 2_000, 'B'],
      [2_000, 7_000, 'C'],
    ]);
  });
});

describe('MicroDVD', () => {
  it('is read at the rate that it names', () => {
    const text = '{1}{1}25.000\n{25}{50}Hello|{y:i}there\n{75}{100}{Y:b}{C:$0000FF}/C\n{125}{}open\n{150}{175}D';
    const sheet = parseCues(text);
    expect(sheet.format).toBe('microdvd');
    expect(read(text)).toEqual([
      [1_000, 2_000, 'Hello\nthere'],
      [3_000, 4_000, 'C'],
      [5_000, 6_000, 'open'],
      [6_000, 7_000, 'D'],
    ]);
    expect(sheet.cues[0]?.spans).toEqual([{ text: 'Hello' }, { text: '\nthere', isItalic: true }]);
    expect(sheet.cues[1]?.spans).toEqual([{ text: 'C', isBold: true, isItalic: true }]);
    expect(sheet.notes).toEqual(['1 code is left out: only looks are kept']);
  });

  it('says which rate it takes where the file names none', () => {
    const sheet = parseCues('{24}{48}A\n');
    expect(sheet.cues).toMatchObject([{ startMs: 1_001, endMs: 2_002 }]);
    expect(sheet.notes).toEqual(['the file names no frame rate: 23.976 is taken']);
  });
});

const ttml = (body: string, head = '', attributes = ''): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n<!-- made by hand -->\n<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ${attributes}>\n<head>${head}</head>\n<body><div>${body}</div></body>\n</tt>\n`;

describe('TTML', () => {
  it('is read with its styles, breaks and character references', () => {
    const head =
      '<styling><style xml:id="s1" tts:fontStyle="italic"/></styling><layout><region xml:id="up"><style tts:displayAlign="before"/></region></layout>';
    const text = ttml(
      '<p begin="00:00:01.000" end="00:00:02.500" region="up">\n  Fish &amp;\n  <span style="s1">chips &#x263a;</span>\n  <br/>\n  <span tts:fontWeight="bold">now</span></p>\n<p begin="3s" dur="1500ms"><![CDATA[<b>]]></p>',
      head,
    );
    const sheet = parseCues(text);
    expect(sheet.format).toBe('ttml');
    expect(sheet.cues).toEqual([
      {
        startMs: 1_000,
        endMs: 2_500,
        place: 8,
        spans: [
          { text: 'Fish & ' },
          { text: 'chips ☺', isItalic: true },
          { text: '\n' },
          { text: 'now', isBold: true },
        ],
      },
      { startMs: 3_000, endMs: 4_500, spans: [{ text: '<b>' }] },
    ]);
    expect(sheet.notes).toEqual([]);
  });

  it.each([
    ['00:00:01.5', 1_500],
    ['00:00:01:12', 1_480],
    ['1.25s', 1_250],
    ['250ms', 250],
    ['0.5m', 30_000],
    ['1h', 3_600_000],
    ['50f', 2_000],
    ['10000000t', 1_000],
  ])('knows the time %s', (begin, startMs) => {
    const text = ttml(`<p begin="${begin}" dur="1s">A</p>`, '', 'ttp:frameRate="25" ttp:tickRate="10000000"');
    expect(read(text)).toEqual([[startMs, startMs + 1_000, 'A']]);
  });

  it('counts frames of NTSC by their multiplier', () => {
    const text = ttml('<p begin="30f" end="60f">A</p>', '', 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"');
    expect(read(text)).toEqual([[1_001, 2_002, 'A']]);
  });

  it('counts from the beginning of what an element lies in, and shows words at times of their own', () => {
    const text = ttml(
      '<p begin="10s" end="20s"><span begin="1s" end="2s">one</span> <span begin="2s">two</span></p>',
    ).replace('<div>', '<div begin="100s">');
    expect(read(text)).toEqual([
      [111_000, 112_000, 'one'],
      [112_000, 120_000, 'two'],
    ]);
  });

  it('with a prefix before each name is the same', () => {
    const text =
      '<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"><tt:body><tt:p begin="1s" end="2s">A<tt:br/>B</tt:p></tt:body></tt:tt>';
    expect(read(text)).toEqual([[1_000, 2_000, 'A\nB']]);
  });

  it('has no document type, and no entities', () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE tt [<!ENTITY a "${'x'.repeat(100)}"><!ENTITY f SYSTEM "file:///etc/passwd">]>`;
    expect(parseCues(`${bomb}${ttml('<p begin="1s" end="2s">&f;&a;</p>').slice(38)}`).cues).toEqual([]);
    expect(read(ttml('<p begin="1s" end="2s">&f; &amp;lt;</p>'))).toEqual([[1_000, 2_000, '&f; &lt;']]);
  });

  it('is bounded in depth, and says what it left out', () => {
    const sheet = parseCues(ttml(`<p begin="1s" end="2s">A</p>${'<div>'.repeat(100_000)}<p begin="3s" end="4s">B</p>`));
    expect(sheet.cues.map(plainText)).toEqual(['A']);
    expect(sheet.notes).toEqual(['elements lie too deep within others: what follows them is left out']);
  });
});

describe('any of them', () => {
  const words = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .map((text) => `x${text.replaceAll(/[\p{C}\u2060\s<>&{}|[\]/]/gu, '.')}x`);
  const pieces = fc.array(
    fc.record({
      gap: fc.integer({ min: 1, max: 50 }),
      length: fc.integer({ min: 1, max: 50 }),
      lines: fc.array(words, { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 10 },
  );
  const clock = (timeMs: number): string => `0${new Date(timeMs).toISOString().slice(11, 23)}`;
  // Times are multiples of 40 ms, which frames of 25 a second can name.
  const writers: Readonly<
    Record<Exclude<SourceFormat, 'srt' | 'vtt' | 'ass' | 'lrc'>, (cues: [number, number, string[]][]) => string>
  > = {
    sbv: (cues) => cues.map(([start, end, lines]) => `${clock(start)},${clock(end)}\n${lines.join('\n')}\n`).join('\n'),
    ttml: (cues) =>
      ttml(
        cues
          .map(([start, end, lines]) => `<p begin="${start}ms" end="${clock(end)}">${lines.join('<br/>')}</p>`)
          .join('\n'),
      ),
    microdvd: (cues) =>
      ['{1}{1}25', ...cues.map(([start, end, lines]) => `{${start / 40}}{${end / 40}}${lines.join('|')}`)].join('\n'),
  };

  it.each(Object.entries(writers))('%s keeps its texts and times through SRT, WebVTT and ASS', (format, write) => {
    fc.assert(
      fc.property(pieces, fc.constantFrom('srt', 'vtt', 'ass'), (given, target) => {
        let at = 0;
        const cues = given.map(({ gap, length, lines }): [number, number, string[]] => {
          const start = at + gap * 40;
          at = start + length * 40;
          return [start, at, lines];
        });
        const expected = cues.map(([start, end, lines]) => [start, end, lines.join('\n')]);
        const sheet = parseCues(write(cues));
        expect(sheet.format).toBe(format);
        expect(read(write(cues))).toEqual(expected);
        expect(read(writeCues(sheet.cues, target))).toEqual(expected);
      }),
      { numRuns: 300, interruptAfterTimeLimit: 6_000 },
    );
  });

  it.each([
    ['tags', ttml('<p begin="1s" end="2s">'.repeat(200_000))],
    ['brackets', `<tt>${'<'.repeat(2_000_000)}`],
    ['comments', `<tt>${'<!--'.repeat(500_000)}`],
    ['attributes', `<tt ${'a="b" '.repeat(400_000)}>`],
    ['long names', `<tt ${'a'.repeat(3_000_000)}>`],
    ['times of one line', `[00:01.00]A\n${'[00:01.00]'.repeat(300_000)}A`],
    ['times for a long text', `[00:01.00]A\n${'[00:01.00]'.repeat(30)}${'A'.repeat(3_000_000)}`],
    ['codes', `{1}{1}25\n{1}{2}${'{y:i}'.repeat(500_000)}A`],
    ['lines of codes', `{1}{1}25\n{1}{2}${'{Y:i}A|'.repeat(100_000)}A`],
  ])('a file of many %s takes little time', (_, text) => {
    const startMs = performance.now();
    parseCues(text);
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });
});
