import { operations } from '@ffapi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../../cues/cue.ts';
import type { MediaFacts, VideoFacts } from '../../../facts/media-facts.ts';
import { cpuCaps, film, withPicture } from '../../../fixtures/facts.ts';
import { golden, showPlan } from '../../../fixtures/golden.ts';
import { assText, srtText, subtitleOf } from '../../../fixtures/subtitles.ts';
import type { Plan } from '../../plan.ts';
import { countCues } from './finished-file.ts';
import { planSubtitlesMux } from './mux.plan.ts';
import { oneAtATime } from './one-at-a-time.ts';

type Track = Record<string, unknown>;
const track: Track = { subtitle_url: 'file_0000', language: 'en' };

const plan = (
  params: Record<string, unknown>,
  measured: Record<string, unknown> = {},
  source: MediaFacts = film,
  subtitle: MediaFacts = subtitleOf(srtText),
): Plan => {
  const parsed = operations['subtitles.mux'].params.parse(params);
  const inputs = parsed.tracks.map((_, n) => [`tracks-${n}-subtitle_url`, subtitle] as const);
  return planSubtitlesMux({
    params: parsed,
    facts: { source, ...Object.fromEntries(inputs) },
    caps: cpuCaps,
    measured: { streams: '{}', ...measured },
    hardware: 'auto',
  });
};

const packetsOf = (...streams: number[][]): string =>
  streams
    .flatMap((sizes, n) => sizes.map((size) => `packet,${n + 2},${size}`))
    .concat(streams.map((_, n) => `stream,${n + 2}`))
    .join('\n');

const muxArgs = (made: Plan): string =>
  made.steps[1]?.argv.map((token) => (typeof token === 'string' ? token : '*')).join(' ') ?? '';

describe('golden command lines', () => {
  it.each(operations['subtitles.mux'].examples.map((example) => [example.title, example.params] as const))(
    '%s',
    (title, params) => {
      const packets = packetsOf(...params.tracks.map(() => [2, 30, 2, 20, 2]));
      const made = [plan(params), plan(params, { packets })];
      const scratch = Object.entries(made[0]?.scratch ?? {}).map(([name, text]) => `# ${name}\n${text}`);
      const text = [...made.map(showPlan), ...scratch].join('\n');
      expect(text).toBe(golden(import.meta.url, title, text));
    },
  );
});

describe('the container', () => {
  it('is near the source, as far as it can hold its streams', () => {
    const nameOf = (source: MediaFacts): string | undefined =>
      plan({ tracks: [track] }, { packets: packetsOf([9, 9]) }, source).outputs[0]?.name;
    expect(nameOf(film)).toBe('output.mp4');
    expect(nameOf({ ...film, demuxer: 'matroska' })).toBe('output.mkv');
    expect(nameOf(withPicture({ codec: 'prores' }))).toBe('output.mkv');
  });

  it('that cannot hold the streams as they are is refused', () => {
    expect(() => plan({ tracks: [track], output_format: 'webm' })).toThrow('webm cannot carry h264');
    expect(() => plan({ tracks: [track] }, {}, withPicture({ isAttachedPicture: true }))).toThrow('picture');
  });

  it.each<[what: string, picture: Partial<VideoFacts>, message: string]>([
    [
      'a codec that Matroska has no word for',
      { codec: 'qtrle' },
      'mkv cannot carry qtrle as it is; transcode it first',
    ],
    ['how the picture is turned', { rotation: 90 }, 'mkv cannot carry that the picture is turned; mp4 can'],
    [
      'what an edit list hides',
      { hasHiddenPictures: true },
      'mkv cannot carry an edit list that hides pictures; mp4 can',
    ],
  ])('that would lose %s is refused', (_what, picture, message) => {
    expect(() => plan({ tracks: [track], output_format: 'mkv' }, {}, withPicture(picture))).toThrow(message);
  });

  it('of Matroska keeps ASS as it is and has room for fonts', () => {
    const made = plan({ tracks: [track], output_format: 'mkv' }, {}, film, subtitleOf(assText));
    expect(made.scratch?.['track0.txt']).toContain('{\\c&H0000FF&}red');
    expect(muxArgs(made)).toContain('-map 0:t? -c:t copy');
  });

  it('that loses the cover picture says so', () => {
    const [picture] = film.video;
    if (!picture) throw new Error('the film has a picture');
    const source = { ...film, video: [picture, { ...picture, index: 5, codec: 'png', isAttachedPicture: true }] };
    const packets = packetsOf([9, 9]);
    expect(muxArgs(plan({ tracks: [track] }, {}, source))).toContain('-map 0:5');
    const made = plan({ tracks: [track], output_format: 'mkv' }, { packets }, source);
    expect(made.warnings).toEqual(['mkv cannot hold the cover picture as MP4 does; it is left out']);
  });

  it('keeps the tracks that are there, and only one default', () => {
    const source = { ...film, subtitles: [{ index: 2, codec: 'mov_text', language: 'eng' }] };
    const args = muxArgs(plan({ tracks: [{ ...track, default: true }] }, {}, source));
    expect(args).toContain('-map 0:2 -map 1:s');
    expect(args).toContain('-disposition:s:0 -default -c:s:1 mov_text -disposition:s:1 default');
    expect(muxArgs(plan({ tracks: [track] }, {}, source))).not.toContain('-disposition:s:0');
  });
});

describe('the cues of the finished file', () => {
  it('are counted', () => {
    const packets = packetsOf([2, 30, 2, 20, 2]);
    expect(countCues(packets)).toEqual([2]);
    expect(countCues('')).toEqual([]);
    expect(plan({ tracks: [track] }, { packets })).toMatchObject({
      kind: 'run',
      steps: [],
      result: { tracks: [{ cues: 2, charset: 'utf-8', language: 'eng', title: null }] },
    });
    expect(() => plan({ tracks: [track] }, { packets: packetsOf([30]) })).toThrow('1 cues instead of 2');
    expect(() => plan({ tracks: [track] }, { packets: '' })).toThrow('0 cues instead of 2');
  });

  it('do not hide a picture that is cut off', () => {
    const streams = (duration: number): string =>
      JSON.stringify({ streams: [{ codec_type: 'video', codec_name: 'h264', duration }] });
    const packets = packetsOf([30, 20]);
    expect(plan({ tracks: [track] }, { packets, streams: streams(29.9) }).kind).toBe('run');
    expect(() => plan({ tracks: [track] }, { packets, streams: streams(15) })).toThrow('15000 ms instead of 30000 ms');
  });

  it('end with the video', () => {
    const late = subtitleOf('1\n00:00:01,000 --> 00:02:00,000\nA\n\n2\n00:01:00,000 --> 00:01:01,000\nB\n');
    const made = plan({ tracks: [track], output_format: 'mkv' }, {}, film, late);
    expect(made.scratch?.['track0.txt']).toContain('00:00:01,000 --> 00:00:30,');
    expect(made.scratch?.['track0.txt']).not.toContain('B');
  });
});

describe('cues that overlap', () => {
  const cues = (...times: [number, number][]) =>
    times.map(([startMs, endMs], n) => ({ startMs, endMs, spans: [{ text: String.fromCharCode(97 + n) }] }));

  it('are shown together in MP4', () => {
    const flat = oneAtATime(cues([0, 3], [1, 2], [3, 4], [6, 7]), 8)?.map((cue) => [
      cue.startMs,
      cue.endMs,
      plainText(cue),
    ]);
    expect(flat).toEqual([
      [0, 1, 'a'],
      [1, 2, 'a\nb'],
      [2, 3, 'a'],
      [3, 4, 'c'],
      [6, 7, 'd'],
    ]);
  });

  it('never overlap afterwards, and show at every instant what was shown before', () => {
    const cue = fc
      .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 9 }))
      .map(([at, long]): [number, number] => [at, at + long]);
    fc.assert(
      fc.property(fc.array(cue, { maxLength: 8 }), (times) => {
        const before = cues(...times.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
        const flat = oneAtATime(before, 8) ?? [];
        const shownAt = (list: typeof before, at: number): string[] =>
          list
            .filter(({ startMs, endMs }) => startMs <= at && at < endMs)
            .flatMap((each) => plainText(each).split('\n'))
            .toSorted();
        for (let at = 0; at < 40; at++) expect(shownAt(flat as typeof before, at)).toEqual(shownAt(before, at));
        for (const [n, { startMs }] of flat.entries()) expect(startMs).toBeGreaterThanOrEqual(flat[n - 1]?.endMs ?? 0);
      }),
    );
  });

  it('by the dozen are refused there, and kept in Matroska', () => {
    const many = subtitleOf(Array.from({ length: 12 }, (_, n) => `00:00:01,000 --> 00:00:05,000\n${n} x\n`).join('\n'));
    expect(() => plan({ tracks: [track] }, {}, film, many)).toThrow('one cue at a time');
    expect(plan({ tracks: [track], output_format: 'mkv' }, {}, film, many).kind).toBe('measure');
  });
});

it('no name of a track becomes an argument', () => {
  const plain = plan({ tracks: [{ ...track, title: 'x' }] });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }), (title) => {
      const params = { tracks: [{ ...track, title }] };
      if (!operations['subtitles.mux'].params.safeParse(params).success) return;
      const made = plan(params);
      expect(made.steps).toEqual(plain.steps);
      expect(String(made.scratch?.['names.txt']).split('\n')).toHaveLength(6);
    }),
  );
});

describe('a cue of very much text', () => {
  const cue = (letters: string): MediaFacts => subtitleOf(`1\n00:00:01,000 --> 00:00:02,000\n${letters}\n`);

  it.each(['x'.repeat(70_000), 'ж'.repeat(35_000)])('is refused by mp4, and taken by mkv', (letters) => {
    const put = (format: string) => plan({ tracks: [track], output_format: format }, {}, film, cue(letters));
    expect(() => put('mp4')).toThrow(expect.objectContaining({ code: 'subtitle_too_large' }));
    expect(put('mkv').steps.length).toBeGreaterThan(0);
    expect(plan({ tracks: [track], output_format: 'mp4' }, {}, film, cue('x'.repeat(50_000))).steps).not.toEqual([]);
  });
});
