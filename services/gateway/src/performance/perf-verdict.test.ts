import type { PerfFigures, PerfScenario } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { baselineOf, gpuEncoderOf, judge, medianRound, ratiosOf } from './perf-verdict.ts';

const scenario: PerfScenario = {
  name: 'a',
  input: 'a.mp4',
  operation: 'transcode',
  params: {},
  expected_fps: 50,
  max_duration_seconds: 10,
};
const ran = (more: Partial<PerfFigures> = {}): PerfFigures => ({
  jobId: 'job_0000',
  device: 'cpu',
  frames: 300,
  fps: 100,
  speed: 4,
  durationMs: 4_000,
  encodeMs: 3_000,
  queueMs: 1,
  overheadMs: 1_000,
  ...more,
});
const reasonsOf = (figures: PerfFigures, more: Partial<PerfScenario> = {}): string[] =>
  judge({ ...scenario, ...more }, figures, null).reasons.map((reason) => reason.split(':')[0] ?? '');

describe('a floor', () => {
  it('is kept at the very figure', () => {
    expect(judge(scenario, ran({ fps: 50, durationMs: 10_000 }), null)).toEqual({
      verdict: 'passed',
      reasons: [],
      isRegression: false,
    });
  });
  it('is missed below it, above the time, without a figure, and on the wrong device', () => {
    expect(reasonsOf(ran({ fps: 49.9 }))).toEqual(['fps_below_floor']);
    expect(reasonsOf(ran({ fps: null }))).toEqual(['fps_below_floor']);
    expect(reasonsOf(ran({ durationMs: 10_001 }))).toEqual(['too_long']);
    expect(reasonsOf(ran(), { params: { codec: 'hevc_nvenc' } })).toEqual(['not_on_gpu']);
  });
});

describe('a baseline', () => {
  it('is the median of the newest five', () => {
    const fps = [100, 90, 110, 105, 95, 1];
    expect(baselineOf(fps.map((each) => ran({ fps: each })))).toEqual({ fps: 100, durationMs: 4_000, runs: 5 });
    expect(baselineOf([1, 2, 3, 4].map((each) => ran({ fps: each })))).toMatchObject({ fps: 2.5 });
  });
  it('is none from two runs, and has no rate where there was none', () => {
    expect(baselineOf([ran(), ran()])).toBeNull();
    expect(baselineOf([1, 2, 3].map(() => ran({ fps: null })))).toMatchObject({ fps: null });
  });
  it('is missed by more than a fifth, in rate or in time', () => {
    const baseline = { fps: 100, durationMs: 4_000, runs: 3 };
    const isRegression = (more: Partial<PerfFigures>): boolean => judge(scenario, ran(more), baseline).isRegression;
    expect([{ fps: 80 }, { fps: 79.9 }, { durationMs: 4_800 }, { durationMs: 4_801 }].map(isRegression)).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect(ratiosOf(ran({ fps: 50, durationMs: 8_000 }), baseline)).toEqual({ fps: 0.5, duration: 2 });
    expect(ratiosOf(ran(), null)).toEqual({ fps: null, duration: null });
  });
});

it('counts the median round', () => {
  const rounds = [3, 1, 2].map((durationMs) => ran({ durationMs }));
  expect(medianRound(rounds)?.durationMs).toBe(2);
  expect(medianRound(rounds.slice(0, 2))?.durationMs).toBe(3);
  expect(medianRound([])).toBeNull();
});

it.each([
  [{ codec: 'hevc_nvenc' }, 'hevc_nvenc'],
  [{ video_codec: 'av1', hardware: 'gpu' }, 'av1_nvenc'],
  [{ hardware: 'gpu' }, 'h264_nvenc'],
  [{ codec: 'hevc' }, null],
])('%j asks for %s', (params, encoder) => expect(gpuEncoderOf({ params })).toBe(encoder));
