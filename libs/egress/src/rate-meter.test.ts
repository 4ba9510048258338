import { describe, expect, it } from 'vitest';
import { createRateMeter } from './rate-meter.ts';

describe('rate meter', () => {
  it('judges each whole window by itself', () => {
    const meter = createRateMeter(100, 1000, 0);
    expect(meter.add(1, 999)).toBe(true);
    expect(meter.add(99, 1000)).toBe(true);
    expect(meter.add(5000, 1500)).toBe(true);
    expect(meter.add(0, 2000)).toBe(true);
    expect(meter.add(99, 3000)).toBe(false);
  });

  it('asks for more when the window was stretched by a pause', () => {
    const meter = createRateMeter(100, 1000, 0);
    expect(meter.add(150, 2000)).toBe(false);
  });
});
