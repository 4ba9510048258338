import { operations } from '@ffapi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MediaFacts } from '../../facts/media-facts.ts';
import { cpuCaps, film, withPicture } from '../../fixtures/facts.ts';
import { golden, showPlan } from '../../fixtures/golden.ts';
import type { Plan } from '../plan.ts';
import { parseFrameScores } from './frame-scores.ts';
import { randomTimes, smartTimes, uniformTimes } from './pick-times.ts';
import { spriteSheet, spriteVtt } from './sprite.ts';
import { planThumbnails } from './thumbnails.plan.ts';

const frameText = (n: number, seconds: number, fields: Record<string, number>): string =>
  [
    `frame:${n}    pts:${n}       pts_time:${seconds}`,
    ...Object.entries(fields).map(([key, value]) => `lavfi.${key}=${value}`),
  ].join('\n');

const good = {
  'signalstats.YAVG': 120,
  'signalstats.YHIGH': 200,
  'signalstats.YLOW': 40,
  'scd.mafd': 0.5,
  blur: 4,
  'entropy.normalized_entropy.normal.Y': 0.9,
};
const black = { ...good, 'signalstats.YAVG': 16, 'entropy.normalized_entropy.normal.Y': 0.99 };

const scores = [
  frameText(0, 1, black),
  frameText(1, 3, good),
  frameText(2, 6, black),
  frameText(3, 9, { ...black, blur: 9 }),
].join('\n');

/** What keyframe steps print about the stills in order; nothing where there was no frame. */
const keyframesAt = (...seconds: readonly (number | null)[]): Record<string, string> =>
  Object.fromEntries(
    seconds.flatMap((at, n) => {
      const text =
        at === null ? '' : `frame:0    pts:${at * 1e6} pts_time:${at}\nstill=1\nframe:1    pts:9 pts_time:0\n`;
      return ['jpg', 'png'].map((extension) => [`thumbnail_${n + 1}.${extension}.txt`, text]);
    }),
  );

const plan = (
  params: Record<string, unknown>,
  measured: Record<string, unknown> = {},
  facts: MediaFacts = film,
): Plan =>
  planThumbnails({
    params: operations['video.thumbnails'].params.parse(params),
    facts: { source: facts },
    caps: cpuCaps,
    measured,
    hardware: 'auto',
  });

describe('golden command lines', () => {
  it.each(operations['video.thumbnails'].examples.map((example) => [example.title, example.params] as const))(
    '%s',
    (title, params) => {
      const rounds = [{}, { frameScores: scores }, { frameScores: scores, ...keyframesAt(3.5, 14, 24) }];
      const texts = new Set(rounds.map((measured) => showPlan(plan(params, measured))));
      const text = [...texts].join('\n');
      expect(text).toBe(golden(import.meta.url, title, text));
    },
  );
});

describe('smart picks', () => {
  it('measure first', () => {
    expect(plan({ method: 'smart' })).toMatchObject({ kind: 'measure', outputs: [] });
    expect(plan({ method: 'smart' }, { frameScores: scores }).kind).toBe('run');
    expect(plan({ method: 'uniform' }).kind).toBe('run');
  });

  it('judge long films by their keyframes only', () => {
    const long = withPicture({ durationMs: 3_600_000 });
    expect(plan({}, {}, long).steps[0]?.argv).toContain('-skip_frame');
  });

  it('avoid black, and take the least bad where all is black', () => {
    expect(smartTimes(10_000, 2, parseFrameScores(scores))).toEqual([3_000, 6_000]);
    expect(smartTimes(10_000, 1, [])).toEqual([5_000]);
  });

  it('keep away from what changes, however slowly, and choose among all where that is not known', () => {
    const pick = (changes: readonly number[]): number | undefined => {
      const frames = changes.map((change, n) => frameText(n, n, { ...good, blur: -n, 'scd.mafd': change }));
      return smartTimes(20_000, 1, parseFrameScores(frames.join('\n')))[0];
    };
    // Later frames are sharper here.
    expect(pick([0, 0, 0, 0, 0, 0, 0, 0])).toBe(7_000);
    expect(pick([1, 1, 1, 1, 1, 1, 4, 4])).toBe(3_000);
    expect(pick([1, 9, 1, 1, 1, 1, 1, 1])).toBe(7_000);
  });

  it('read what FFmpeg prints, and skip what it is not sure of', () => {
    expect(parseFrameScores(frameText(0, 1.2, good))).toEqual([
      { timeMs: 1_200, luma: 120, spread: 160, change: 0.5, blur: 4, entropy: 0.9 },
    ]);
    expect(parseFrameScores('frame:0 pts:NOPTS pts_time:NOPTS\n')).toEqual([]);
    expect(parseFrameScores(frameText(0, 1, { blur: Number.NaN }))[0]?.blur).toBe(0);
  });
});

describe('times', () => {
  it('are spaced evenly, or drawn and repeatable', () => {
    expect(uniformTimes(10_000, 2)).toEqual([2_500, 7_500]);
    expect(randomTimes(10_000, 5, 7)).toEqual(randomTimes(10_000, 5, 7));
    expect(randomTimes(10_000, 5, 7)).not.toEqual(randomTimes(10_000, 5, 8));
  });

  it('lie in the film and in order', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.integer({ min: 1, max: 50 }),
        fc.nat(),
        (durationMs, count, seed) => {
          const times = randomTimes(durationMs, count, seed);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
          expect(times.every((time) => time >= 0 && time < durationMs)).toBe(true);
        },
      ),
    );
  });
});

describe('images', () => {
  it('keep the shape for one side, and are padded for two', () => {
    expect(plan({ method: 'uniform' }).outputs[0]?.expect).toEqual({ width: 320, height: 180 });
    expect(plan({ method: 'uniform', height: 90 }).outputs[0]?.expect).toEqual({ width: 160, height: 90 });
    const padded = plan({ method: 'uniform', width: 100, height: 100 });
    expect(padded.outputs[0]?.expect).toEqual({ width: 100, height: 100 });
    expect(String(padded.steps[0]?.argv)).toContain('pad=w=100');
  });

  it('are decoded in order when the seek complains', () => {
    for (const count of [1, 5]) {
      const [step] = plan({ method: 'uniform', count }).steps;
      expect(step?.argv).toContain('-ss');
      expect(step?.onComplaint).not.toContain('-ss');
      expect(String(step?.onComplaint)).toContain('select=expr=gte(t\\,15.000)');
    }
  });

  it('of HDR films are mapped to SDR', () => {
    expect(String(plan({ method: 'uniform' }, {}, withPicture({ isHdr: true })).steps[0]?.argv)).toContain('tonemap');
  });

  it('need a picture', () => {
    expect(() => plan({}, {}, withPicture({ isAttachedPicture: true }))).toThrow('video track');
  });
});

describe('keyframes', () => {
  const minute = withPicture({ durationMs: 60_000 });
  const threeOfMinute = (...seconds: readonly (number | null)[]): Plan =>
    plan({ method: 'uniform', count: 3 }, keyframesAt(...seconds), minute);
  const timesOf = (made: Plan): unknown =>
    (made.result as { thumbnails: readonly { timestamp: number }[] }).thumbnails.map(({ timestamp }) => timestamp);
  const namesOf = ({ steps }: Plan): unknown => steps.flatMap((step) => step.writes);

  it('are taken where picks lie far apart, and tell when they are shown', () => {
    const grab = plan({ method: 'uniform', count: 3 }, {}, minute);
    expect(grab).toMatchObject({ kind: 'measure', outputs: [] });
    expect(grab.steps[0]?.argv).toEqual(expect.arrayContaining(['-skip_frame', '-noaccurate_seek', '10.000']));
    const made = threeOfMinute(4.0409999, 27.5, 46.75);
    expect(made.steps).toEqual([]);
    expect(made.outputs).toHaveLength(3);
    expect(timesOf(made)).toEqual([4.04, 27.5, 46.75]);
  });

  it('are taken by sixteen decoders in a process, other frames by eight', () => {
    const sizes = (durationMs: number): number[] =>
      plan({ method: 'uniform', count: 20 }, {}, withPicture({ durationMs })).steps.map(({ writes }) => writes.length);
    expect(sizes(600_000)).toEqual([16, 4]);
    expect(sizes(60_000)).toEqual([8, 8, 4]);
  });

  it('of another part, of the very beginning, or that there are none of, leave the pick to be decoded', () => {
    const made = threeOfMinute(0.02, 19.9, null);
    expect(namesOf(made)).toEqual(['thumbnail_1.jpg', 'thumbnail_2.jpg', 'thumbnail_3.jpg']);
    expect(String(made.steps[0]?.argv)).not.toContain('-skip_frame');
    expect(timesOf(made)).toEqual([10, 30, 50]);
    expect(namesOf(threeOfMinute(4, 19.9, 41))).toEqual(['thumbnail_2.jpg']);
  });

  it('are not looked for between close picks, nor where a seek does not tell the time', () => {
    expect(plan({ method: 'random', count: 7 }, {}, minute).kind).toBe('run');
    expect(plan({ method: 'random', count: 6 }, {}, minute).kind).toBe('measure');
    expect(plan({ method: 'random', count: 6 }, {}, { ...minute, demuxer: 'avi' }).kind).toBe('run');
  });

  it('that were judged are taken and no others', () => {
    const two = (...seconds: readonly number[]): Plan =>
      plan({ count: 2 }, { frameScores: scores, ...keyframesAt(...seconds) }, minute);
    const [judge] = plan({ count: 2 }, {}, minute).steps;
    expect(judge?.argv).toContain('-skip_frame');
    expect(String(judge?.argv)).not.toContain('scdet');
    const [grab] = plan({ count: 2 }, { frameScores: scores }, minute).steps;
    expect(grab?.argv).toEqual(expect.arrayContaining(['3.150', '45.150']));
    expect(timesOf(two(3.004, 45))).toEqual([3.004, 45]);
    expect(namesOf(two(3.004, 44.5))).toEqual(['thumbnail_2.jpg']);
  });
});

describe('sprites', () => {
  const picture = film.video[0];
  if (!picture) throw new Error('the film has a picture');

  it('map every moment to one tile', () => {
    const sheet = spriteSheet({ interval: 2, width: 160, columns: 4 }, picture, 9_000);
    expect(sheet).toEqual({ tile: { width: 160, height: 90 }, columns: 4, rows: 2, tiles: 5, intervalMs: 2_000 });
    const vtt = spriteVtt(sheet, 'sprite.jpg', 9_000);
    expect(vtt.split('\n\n')).toHaveLength(6);
    expect(vtt).toContain('00:00:08.000 --> 00:00:09.000\nsprite.jpg#xywh=0,90,160,90');
  });

  it('stay bounded for long films', () => {
    expect(spriteSheet({ interval: 0.5, width: 160, columns: 10 }, picture, 36_000_000).tiles).toBeLessThanOrEqual(400);
    expect(spriteSheet({ width: 160, columns: 10 }, picture, 36_000_000).tiles).toBe(100);
  });
});
