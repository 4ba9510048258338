import { describe, expect, it } from 'vitest';
import { film, withPicture, withSound } from '../../fixtures/facts.ts';
import { argvOf, plan } from '../../fixtures/plan-transcode.ts';

describe('a ladder', () => {
  const ladder = (facts: typeof film): string => argvOf(plan({ output_format: 'hls' }, { facts }));

  it('has one rate, a common one', () => {
    const uneven = withPicture({ isVfr: true, fps: { num: 29_301, den: 1067 }, tickRate: { num: 90_000, den: 1 } });
    expect(ladder(uneven)).toContain('fps=fps=30000/1001:start_time=0');
    expect(ladder(film)).not.toContain('fps=fps=');
  });

  it('begins at 0 in all of its renditions', () => {
    expect(ladder(withSound({ startMs: 800 }))).toContain('-filter:a:0 aresample=async=1:first_pts=0');
    expect(ladder(withPicture({ startMs: 800 }))).toContain('fps=fps=24/1:start_time=0');
  });

  it('begins with its picture, where sound is a frame earlier', () => {
    const argv = ladder(withPicture({ startMs: 21 }));
    expect(argv).toContain('setpts=expr=PTS-STARTPTS,split');
    expect(argv).toContain('-filter:a:0 asetpts=expr=PTS-0.021/TB,aresample=async=1:first_pts=0');
  });

  it('is as long as its sound', () => {
    expect(ladder(withPicture({ durationMs: 4_000 }))).toContain('tpad=stop_mode=clone:stop_duration=26');
  });
});
