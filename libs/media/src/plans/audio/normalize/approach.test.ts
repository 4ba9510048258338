import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loudnessText } from '../../../fixtures/measured-sound.ts';
import { graphsOf, lastPlan, planRounds } from '../../../fixtures/plan-audio.ts';
import type { Loudness } from '../../../sound/loudness.ts';
import { bestOf, firstSetting, isClose, nextSetting } from './approach.ts';
import type { Goal, Setting, Tried } from './approach.ts';

const loudness = (integratedLufs: number | null, truePeakDbtp: number | null): Loudness => ({
  integratedLufs,
  truePeakDbtp,
  rangeLu: 5,
  momentaryMaxLufs: null,
  shortTermMaxLufs: null,
  seconds: 30,
});
const goal: Goal = { lufs: -16, truePeakDbtp: -1, isLossy: false };

/** Sound behind a limiter, of which a part is worth less than it was given; the codec adds to the peak. */
const encoded = (source: Loudness, { gainDb, ceilingDb }: Setting, worth: number, codecDb: number): Loudness => {
  const peak = (source.truePeakDbtp ?? -100) + gainDb;
  const limited = ceilingDb === null ? 0 : Math.max(0, peak - ceilingDb);
  return loudness(
    (source.integratedLufs ?? -70) + gainDb - limited * (1 - worth),
    (ceilingDb === null ? peak : Math.min(peak, ceilingDb)) + codecDb,
  );
};

const trials = (source: Loudness, worth: number, codecDb: number): Tried[] => {
  const tried: Tried[] = [];
  while (tried.length < 6 && !tried.some((each) => isClose(each.loudness, goal))) {
    const setting = nextSetting(source, tried, goal);
    tried.push({ ...setting, loudness: encoded(source, setting, worth, codecDb) });
  }
  return tried;
};

describe('approaching a loudness', () => {
  it('takes one trial where nothing has to be limited', () => {
    const source = loudness(-20, -10);
    expect(firstSetting(source, goal)).toEqual({ gainDb: 4, ceilingDb: null });
    expect(trials(source, 1, 0)).toHaveLength(1);
  });

  it('arrives within the rounds for any worth of limited sound and any overshoot of a codec', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -40, max: -5, noNaN: true }),
        fc.double({ min: 0, max: 18, noNaN: true }),
        fc.double({ min: 0.4, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        (lufs, crestDb, worth, codecDb) => {
          const best = bestOf(trials(loudness(lufs, lufs + crestDb), worth, codecDb), goal);
          expect(best?.loudness.truePeakDbtp).toBeLessThanOrEqual(-1);
          expect(Math.abs(-16 - (best?.loudness.integratedLufs ?? 0))).toBeLessThanOrEqual(0.3);
        },
      ),
    );
  });

  it('leaves silence alone', () => {
    expect(firstSetting(loudness(null, null), goal)).toEqual({ gainDb: 0, ceilingDb: null });
  });

  it('delivers no trial above the peak', () => {
    const tried = [{ gainDb: 4, ceilingDb: null, loudness: loudness(-16, -0.5) }];
    expect(bestOf(tried, goal)).toBeNull();
    expect(nextSetting(loudness(-20, -5), tried, goal).ceilingDb).toBeCloseTo(-1.55);
  });
});

describe('the plan', () => {
  const params = { target_lufs: -16, output_format: 'mp3' };

  it('stops measuring when the encoded file is right, and has nothing left to do', () => {
    const rounds = planRounds('audio.normalize', params);
    expect(rounds.map(({ kind }) => kind)).toEqual(['measure', 'measure', 'measure', 'run']);
    expect(rounds.at(-1)).toMatchObject({
      steps: [],
      result: { after: { integrated_lufs: -16.02, true_peak_dbtp: -1.3 }, rounds: 2, is_limited: true },
    });
  });

  it('makes the best trial again when the last is not it, and says what was missed', () => {
    const measured = Object.fromEntries(
      [1, 2, 3, 4, 5, 6].map((n) => [`trial${n}`, loudnessText(n === 2 ? -16.8 : -18, -1.2)]),
    );
    const last = lastPlan('audio.normalize', params, { measured });
    expect(last.steps).toHaveLength(1);
    expect(last.result).toMatchObject({ after: { integrated_lufs: -16.8 }, rounds: 6 });
    expect(last.warnings.join()).toContain('0.8 LU from the target');
  });

  it('fails rather than passing the peak', () => {
    const measured = Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`trial${n}`, loudnessText(-16, -0.2)]));
    expect(() => lastPlan('audio.normalize', params, { measured })).toThrow('no trial stays below -1 dBTP');
  });

  it('refuses a track that ends long before its header says', () => {
    const source = loudnessText(-20, -3).replace('pts_time:30', 'pts_time:4.9');
    expect(() => lastPlan('audio.normalize', params, { measured: { source } })).toThrow('lasts 5000 ms');
  });

  it('says when the result is too quiet to be measured', () => {
    const trial1 = loudnessText(-70, -60);
    const last = lastPlan('audio.normalize', { ...params, target_lufs: -70 }, { measured: { trial1 } });
    expect(last.warnings.join()).toContain('too quiet for its loudness');
  });

  it('applies no gain to silence', () => {
    const silent = loudnessText(-70, Number.NEGATIVE_INFINITY);
    const rounds = planRounds('audio.normalize', params, { measured: { source: silent, trial1: silent } });
    expect(graphsOf(rounds[1]!)).toContain('volume=0.00dB');
    expect(rounds.at(-1)?.warnings.join()).toContain('no gain was applied');
    expect(rounds.at(-1)?.result).toMatchObject({ before: { integrated_lufs: null, true_peak_dbtp: null } });
  });
});
