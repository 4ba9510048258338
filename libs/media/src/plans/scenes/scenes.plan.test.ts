import { operations } from '@ffapi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MediaFacts } from '../../facts/media-facts.ts';
import { cpuCaps, film, withPicture } from '../../fixtures/facts.ts';
import { golden, showPlan } from '../../fixtures/golden.ts';
import type { Plan } from '../plan.ts';
import { detectChanges, spacedChanges, thresholdsOf } from './detect.ts';
import { parseMetrics, sampleRate } from './metrics.ts';
import type { Sample } from './metrics.ts';
import { planScenes } from './scenes.plan.ts';

const rows = (key: string, values: readonly (readonly [number, number])[]): string =>
  values
    .map(([seconds, value], n) => `frame:${n}    pts:${n}       pts_time:${seconds}\nlavfi.${key}=${value}\n`)
    .join('');

const seconds = 30;
const times = Array.from({ length: seconds * 10 }, (_, n) => n / 10);

/** A cut at 10 s, and a dissolve about 20 s. */
const measured = {
  cuts: rows('scd.score', [[10, 25]]),
  span: rows(
    'signalstats.YAVG',
    times.slice(0, -10).map((t) => [t, Math.abs(t + 0.5 - 10) < 0.5 ? 64 : Math.abs(t + 0.5 - 20) < 1 ? 36 : 3]),
  ),
  mix: rows(
    'signalstats.YAVG',
    times
      .slice(0, -10)
      .map((t) => [
        t,
        Math.abs(t + 0.5 - 10) < 0.5 ? 32 : Math.abs(t + 0.5 - 20) < 1 ? 4 + 9 * Math.abs(t + 0.5 - 20) : 2,
      ]),
  ),
  light: rows(
    'signalstats.YAVG',
    times.map((t) => [t, t > 20 ? 10 : 100]),
  ),
  contrast: rows(
    'signalstats.YAVG',
    times.map((t) => [t, 30]),
  ),
};

const plan = (
  params: Record<string, unknown>,
  given: Record<string, unknown> = measured,
  facts: MediaFacts = film,
): Plan =>
  planScenes({
    params: operations['video.scenes'].params.parse(params),
    facts: { source: facts },
    caps: cpuCaps,
    measured: given,
    hardware: 'auto',
  });

const resultOf = (made: Plan) =>
  made.result as unknown as {
    scenes: { timestamp: number; duration: number }[];
    thumbnails: { name: string; timestamp: number }[];
  };

describe('golden command lines', () => {
  it.each(operations['video.scenes'].examples.map((example) => [example.title, example.params] as const))(
    '%s',
    (title, params) => {
      const text = [plan(params, {}), plan(params)].map(showPlan).join('\n');
      expect(text).toBe(golden(import.meta.url, title, text));
    },
  );
});

describe('scenes', () => {
  it('are measured first, then told apart', () => {
    expect(plan({}, {})).toMatchObject({ kind: 'measure', outputs: [] });
    const { scenes, thumbnails } = resultOf(plan({}));
    expect(scenes).toEqual([
      { timestamp: 0, duration: 10 },
      { timestamp: 10, duration: 10 },
      { timestamp: 20, duration: 10 },
    ]);
    expect(thumbnails.map(({ name }) => name)).toEqual(['scene_0.jpg', 'scene_1.jpg', 'scene_2.jpg']);
  });

  it('are one where nothing changes, and where nothing could be measured', () => {
    const still = { ...measured, cuts: '', span: '', mix: '' };
    expect(resultOf(plan({}, still)).scenes).toEqual([{ timestamp: 0, duration: 30 }]);
    expect(resultOf(plan({}, { cuts: '', span: '', mix: '', light: '', contrast: '' })).scenes).toHaveLength(1);
  });

  it('are fewer for a larger sensitivity, down to the length that was asked for', () => {
    expect(resultOf(plan({ sensitivity: 1 })).scenes).toHaveLength(2);
    expect(resultOf(plan({ sensitivity: 1, min_scene_duration: 12 })).scenes).toHaveLength(1);
    const found = [0, 0.2, 0.4, 0.6, 0.8, 1].map((sensitivity) => resultOf(plan({ sensitivity })).scenes.length);
    expect(found).toEqual(found.toSorted((a, b) => b - a));
  });

  it('have stills of 200 at most', () => {
    const cuts = rows(
      'scd.score',
      Array.from({ length: 299 }, (_, n) => [(n + 1) / 10, 50]),
    );
    const span = rows(
      'signalstats.YAVG',
      times.slice(0, -10).map((t) => [t, 120]),
    );
    const made = plan({ min_scene_duration: 0 }, { ...measured, cuts, span, mix: span });
    expect(resultOf(made).scenes).toHaveLength(300);
    expect(made.outputs).toHaveLength(200);
    expect(made.warnings[0]).toContain('first 200 of 300');
  });

  it('need a picture', () => {
    expect(() => plan({}, {}, withPicture({ isAttachedPicture: true }))).toThrow('video track');
  });
});

describe('changes', () => {
  const quiet: Sample[] = times.map((t) => ({ timeMs: t * 1000, span: 3, mix: 2, light: 100, contrast: 30 }));
  const at = (from: number, to: number, changes: Partial<Sample>): Sample[] =>
    quiet.map((sample) =>
      sample.timeMs >= from * 1000 && sample.timeMs <= to * 1000 ? { ...sample, ...changes } : sample,
    );
  const found = (samples: Sample[], jumps: { timeMs: number; levels: number }[] = []) =>
    detectChanges({ samples, jumps }, thresholdsOf(0.4), 30_000).map(({ timeMs }) => timeMs);

  it('are no flashes: the picture comes back', () => {
    const jumps = [
      { timeMs: 10_000, levels: 120 },
      { timeMs: 10_080, levels: 120 },
    ];
    expect(found(quiet, jumps)).toEqual([]);
    expect(found(at(9.5, 10.5, { span: 100, mix: 50 }), jumps)).toHaveLength(2);
  });

  it('are no pans: the mixture is far from the picture', () => {
    expect(found(at(10, 15, { span: 45, mix: 26 }))).toEqual([]);
    expect(found(at(10, 11, { span: 45, mix: 8 }))).toHaveLength(1);
  });

  it('are weaker in the dark, and no shaking of the camera', () => {
    const dark = at(9, 11, { span: 18, mix: 9, light: 50 });
    expect(found(dark, [{ timeMs: 10_000, levels: 15 }])).toEqual([10_000]);
    expect(found(at(9, 11, { span: 18, mix: 9 }), [{ timeMs: 10_000, levels: 15 }])).toEqual([]);
    const shaken = Array.from({ length: 12 }, (_, n) => ({ timeMs: 9_500 + n * 80, levels: 25 + (n % 3) }));
    expect(found(at(9, 11, { span: 30, mix: 18 }), shaken)).toEqual([]);
    expect(found(at(9, 11, { span: 60, mix: 31 }), [...shaken, { timeMs: 10_500, levels: 60 }])).toEqual([10_500]);
  });

  it('through black are one, in its middle', () => {
    const fade = at(10, 10.4, { span: 80, mix: 8 }).map((sample, n) =>
      n > 105 && n < 110 ? { ...sample, contrast: 1 } : n >= 110 && n < 115 ? { ...sample, span: 90, mix: 5 } : sample,
    );
    expect(found(fade)).toEqual([10_800]);
  });

  it('are not the fades at the ends of the film', () => {
    const into = at(0, 0.5, { contrast: 1 }).map((sample, n) =>
      n > 5 && n < 15 ? { ...sample, span: 90, mix: 5 } : sample,
    );
    expect(found(into)).toEqual([]);
    const out = at(29, 30, { contrast: 1 }).map((sample, n) =>
      n > 275 && n < 290 ? { ...sample, span: 90, mix: 5 } : sample,
    );
    expect(found(out)).toEqual([]);
  });

  it('leave scenes that are long enough, whatever they are', () => {
    const change = fc.record({
      timeMs: fc.integer({ min: 0, max: 30_000 }),
      strength: fc.integer({ min: 1, max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(change), fc.integer({ min: 0, max: 10_000 }), (changes, leastMs) => {
        const kept = [0, ...spacedChanges(changes, leastMs, 30_000), 30_000];
        const lengths = kept.slice(1).map((time, n) => time - (kept[n] ?? 0));
        expect(lengths.every((length) => length >= Math.max(1, leastMs) || kept.length === 2)).toBe(true);
      }),
    );
  });
});

describe('measuring', () => {
  it('keeps its texts short for films of a day', () => {
    expect(sampleRate(60_000)).toBe(10);
    expect(sampleRate(10 * 3_600_000)).toBe(2);
    expect(sampleRate(0)).toBe(10);
  });

  it('reads what FFmpeg prints, and skips what it is not sure of', () => {
    const { jumps, samples } = parseMetrics(
      { ...measured, cuts: 'frame:0 pts:1 pts_time:1.5\nlavfi.scd.score=10\nframe:1 pts_time:NOPTS\n' },
      10,
    );
    expect(jumps).toEqual([{ timeMs: 1500, levels: 25.6 }]);
    expect(samples).toHaveLength(300);
    expect(samples[0]).toMatchObject({ span: 0, light: 100 });
    expect(samples[100]).toMatchObject({ timeMs: 10_000, span: 64, mix: 32 });
  });
});
