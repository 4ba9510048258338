import { describe, expect, it } from 'vitest';
import { drawnColour, matrixOf, yuvOf } from './colour-matrix.ts';

describe('colours', () => {
  it('are those of the standards', () => {
    expect(yuvOf('#FFFFFF', 'bt709')).toEqual([235, 128, 128]);
    expect(yuvOf('#000000', 'bt601')).toEqual([16, 128, 128]);
    expect(yuvOf('#FF0000', 'bt709')).toEqual([63, 102, 240]);
    expect(yuvOf('#00FF00', 'bt601')).toEqual([145, 54, 34]);
  });

  it('are named so that drawing in BT.601 gives them', () => {
    expect(drawnColour('#336699', 'bt601')).toBe('0x336699');
    expect(drawnColour('#808080', 'bt709')).toBe('0x808080');
    const drawn = drawnColour('#804020', 'bt709');
    const wanted = yuvOf('#804020', 'bt709');
    // Each of both roundings may cost half a level.
    for (const [n, part] of yuvOf(drawn.replace('0x', '#'), 'bt601').entries())
      expect(Math.abs(part - (wanted[n] ?? 0))).toBeLessThanOrEqual(1);
  });

  it('go by the tag, and by the size where there is none', () => {
    const picture = { width: 1920, height: 1080 };
    expect(matrixOf({ ...picture, colorSpace: null })).toBe('bt709');
    expect(matrixOf({ ...picture, colorSpace: 'smpte170m' })).toBe('bt601');
    expect(matrixOf({ width: 640, height: 360, colorSpace: null })).toBe('bt601');
    expect(matrixOf({ width: 640, height: 360, colorSpace: 'bt709' })).toBe('bt709');
  });
});
