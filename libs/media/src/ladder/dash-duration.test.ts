import { expect, it } from 'vitest';
import { dashDurationMs } from './dash-duration.ts';

it.each([
  ['PT9.0S', 9_000],
  ['PT1M2.95S', 62_950],
  ['PT2H0M1S', 7_201_000],
  ['PT3M', 180_000],
])('%s is %i ms', (duration, ms) => {
  expect(dashDurationMs(`<MPD type="static" mediaPresentationDuration="${duration}">`)).toBe(ms);
});

it('is not known of another text', () => {
  expect(dashDurationMs('<MPD type="dynamic">')).toBeNull();
});
