import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelsText } from '../../../fixtures/measured-sound.ts';
import { graphsOf, lastPlan, planRounds } from '../../../fixtures/plan-audio.ts';
import { parseLevels } from '../../../sound/levels.ts';
import { drawing } from './drawing.ts';
import { peaksOf } from './peaks.ts';

const windows = (levelsDb: readonly number[]) => parseLevels(levelsText(100, levelsDb));

describe('peaks', () => {
  it('are as many as asked for, whatever was measured', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -80, max: 6 }), { minLength: 1, maxLength: 300 }), (levels) => {
        const peaks = peaksOf(windows(levels), 100);
        for (const values of [peaks.min, peaks.max, peaks.rms]) expect(values).toHaveLength(100);
        expect(Math.max(...peaks.max)).toBeLessThanOrEqual(1);
        if (levels.length >= 100)
          expect(Math.max(...peaks.max)).toBeCloseTo(Math.min(1, 10 ** (Math.max(...levels) / 20)), 3);
      }),
    );
  });

  it('of silence are zero', () => {
    expect(peaksOf(windows([Number.NEGATIVE_INFINITY]), 2)).toEqual({ min: [0, 0], max: [0, 0], rms: [0, 0] });
  });
});

describe('the drawing', () => {
  it('has a digit for every pixel, full in the middle and clear outside', () => {
    const text = drawing({ min: [-0.5, 0], max: [1, 0], rms: [0.25, 0] }, { width: 4, height: 9 });
    expect(text.match(/.{4}/g)).toEqual(['5500', '5500', '5500', '9900', '9999', '9900', '5500', '0000', '0000']);
  });
});

describe('the plan', () => {
  it('writes what is asked for', () => {
    const names = (format: string) => lastPlan('audio.waveform', { format }).outputs.map(({ name }) => name);
    expect(names('json+png')).toEqual(['waveform.json', 'waveform.png']);
    expect(names('json')).toEqual(['waveform.json']);
    expect(names('png')).toEqual(['waveform.png']);
    expect(lastPlan('audio.waveform', { format: 'json' }).steps).toEqual([]);
  });

  it('counts the samples before it chooses the windows', () => {
    const rounds = planRounds('audio.waveform', { points: 100 });
    expect(rounds.map(({ steps }) => steps[0]?.id)).toEqual(['extent', 'levels', 'draw']);
    expect(graphsOf(rounds[1] ?? rounds[0]!)).toContain('asetnsamples=n=1800:');
    expect(rounds.at(-1)?.result).toMatchObject({ points: 100, samples_per_point: 14_400 });
  });
});
