import type { TaskLimits } from '@ffapi/contracts';
import type { MediaFacts, Plan, PlanFn } from '@ffapi/media';
import { expect, it } from 'vitest';
import { checkMade, limitPlan } from './task-limits.ts';

const limits: TaskLimits = { durationSecondsMax: 60, linesMax: 1_080, framesPerSecondMax: 30 };
const facts = (durationMs: number | null) => ({ source: { durationMs } as MediaFacts });
const planning =
  (expected: Plan['outputs'][number]['expect']): PlanFn =>
  () =>
    ({ outputs: [{ expect: expected }] }) as unknown as Plan;
const plan = (durationMs: number | null, expected: Plan['outputs'][number]['expect'] = {}) => {
  const input = { params: {} as never, facts: facts(durationMs), caps: {} as never, measured: {}, hardware: 'auto' };
  return limitPlan(planning(expected), limits)(input as never);
};

it.each([
  ['as long as may be', 60_000, {}, null],
  ['too long', 60_600, {}, 'quota_duration'],
  ['of unknown length', null, {}, null],
  ['full HD', 1_000, { width: 1_920, height: 1_080 }, null],
  ['full HD upright', 1_000, { width: 1_080, height: 1_920 }, null],
  ['more', 1_000, { width: 2_560, height: 1_440 }, 'quota_resolution'],
  ['at its rate', 1_000, { frames: 31, durationMs: 1_000 }, null],
  ['faster', 1_000, { frames: 50, durationMs: 1_000 }, 'quota_fps'],
] as const)('media %s', (_, durationMs, expected, code) => {
  if (code === null) expect(plan(durationMs, expected).outputs).toHaveLength(1);
  else expect(() => plan(durationMs, expected)).toThrow(expect.objectContaining({ code }));
});

it('names the rate that was asked for', () => {
  expect(() => plan(1_000, { frames: 240, durationMs: 4_021 })).toThrow(/^60 frames a second; this key may make 30/);
});

it('looks at what was made, too', () => {
  expect(() => checkMade({ width: 3_840, height: 2_160, fps: 24 }, limits)).toThrow(
    expect.objectContaining({ code: 'quota_resolution' }),
  );
  expect(() => checkMade({ width: 100, height: 100, fps: 59.94 }, limits)).toThrow(
    expect.objectContaining({ code: 'quota_fps' }),
  );
  checkMade({ width: null, height: null, fps: null }, limits);
  checkMade({ width: 1_920, height: 1_080, fps: 30.000_3 }, limits);
});
