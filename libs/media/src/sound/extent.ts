import type { Step } from '../plans/plan.ts';
import { levelMeter, parseLevels, samplesOf } from './levels.ts';
import { measureStep } from './source.ts';
import type { SoundSource } from './source.ts';

/** The step that counts the samples a track really has: headers are often a little off. */
export const extentStep = (source: SoundSource, capture = 'extent'): Step =>
  measureStep(source, levelMeter('extent.txt', source.sound.sampleRateHz, []).join(','), {
    name: capture,
    file: 'extent.txt',
  });

export const parseExtent = (text: unknown): number => samplesOf(parseLevels(String(text)));
