import { expect, it } from 'vitest';
import { withPicture } from '../fixtures/facts.ts';
import { ownTiming } from './picture.ts';

const uneven = (lastMs: number | null) => withPicture({ isVfr: true, durationMs: 9_000, lastMs }).video[0];
const timing = (picture: ReturnType<typeof uneven>, container: Parameters<typeof ownTiming>[1]): string =>
  picture ? ownTiming(picture, container).join(' ') : '';

it('counts a variable rate by the clock of the container, and says how long the last picture stays', () => {
  expect(timing(uneven(4_000), 'mp4')).toBe(
    String.raw`-fps_mode vfr -enc_time_base:v 1/90000 -bsf:v setts=pts=PTS:dts=DTS:duration=9/TB-PTS`,
  );
  expect(timing(uneven(4_000), 'mkv')).toBe(
    String.raw`-fps_mode vfr -enc_time_base:v 1/1000 -bsf:v setts=pts=PTS:dts=DTS:duration=if(gte(PTS\,4999)\,4000\,DURATION)`,
  );
});

it('leaves a constant rate, and what was not measured, to the encoder', () => {
  expect(timing(uneven(null), 'mp4')).toBe('-fps_mode vfr');
  expect(timing(withPicture({ lastMs: 40 }).video[0], 'mp4')).toBe('-fps_mode vfr');
  expect(timing(uneven(0), 'webm')).toBe('-fps_mode vfr -enc_time_base:v 1/1000');
});

it('counts finely where a constant rate begins or ends between two of its pictures', () => {
  const late = withPicture({ startMs: 21 }).video[0];
  expect(timing(late, 'webm')).toBe('-fps_mode vfr -enc_time_base:v 1/1000');
  expect(timing(late, 'mp4')).toBe('-fps_mode vfr -enc_time_base:v 1/90000');
  expect(timing(withPicture({ durationMs: 30_021 }).video[0], 'mp4')).toBe('-fps_mode vfr -enc_time_base:v 1/90000');
});
