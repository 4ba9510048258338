import { describe, expect, it } from 'vitest';
import { withPicture } from '../fixtures/facts.ts';
import { argvOf, plan } from '../fixtures/plan-transcode.ts';
import { exactRate, hasRate, rateText } from './exact-rate.ts';

describe('a rate', () => {
  it.each([
    [23.976, '24000/1001'],
    [23.98, '24000/1001'],
    [29.97, '30000/1001'],
    [47.952, '48000/1001'],
    [59.94, '60000/1001'],
    [119.88, '120000/1001'],
    [24, 24],
    [30, 30],
    [12.5, '12500/1000'],
  ])('written as %d is %s', (fps, text) => {
    expect(rateText(fps)).toBe(text);
  });

  it('is the source’s own however it is written', () => {
    expect(hasRate({ num: 30_000, den: 1001 }, 29.97)).toBe(true);
    expect(hasRate({ num: 30, den: 1 }, 29.97)).toBe(false);
    expect(exactRate(29.97)).toEqual({ num: 30_000, den: 1001 });
  });
});

describe('29.97 in a request', () => {
  const ntsc = { fps: { num: 30_000, den: 1001 }, tickRate: { num: 30_000, den: 1001 }, frames: 900 };

  it('changes nothing of a film that has it', () => {
    const made = plan({ fps: 29.97, crf: 20 }, { facts: withPicture(ntsc) });
    expect(argvOf(made)).not.toContain('fps=');
    expect(made.outputs[0]?.expect.frames).toBe(900);
  });

  it('gives others the rate of NTSC', () => {
    expect(argvOf(plan({ fps: 29.97, crf: 20 }))).toContain('fps=fps=30000/1001');
    expect(argvOf(plan({ output_format: 'hls', fps: 59.94 }))).toContain('fps=fps=60000/1001');
  });
});
