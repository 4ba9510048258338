import { durationToleranceMs } from '../facts/verify.ts';
import { refusePlan } from '../plans/plan.ts';
import type { Step } from '../plans/plan.ts';
import { levelMeter, parseLevels, samplesOf } from './levels.ts';
import { measureStep } from './source.ts';
import type { SoundSource } from './source.ts';

/** The step that counts the samples a track really has, behind other filters: headers are often a little off. */
export const extentStep = (source: SoundSource, capture = 'extent', before: readonly string[] = []): Step =>
  measureStep(source, [...before, ...levelMeter('extent.txt', source.sound.sampleRateHz, [])].join(','), {
    name: capture,
    file: 'extent.txt',
  });

/** Refuses a track of which there is less than its header announces, so that nobody takes the figures of a part for the whole. */
export const checkLength = (source: SoundSource, seconds: number): void => {
  const actualMs = Math.round(seconds * 1000);
  if (source.durationMs - actualMs > durationToleranceMs(source.durationMs))
    refusePlan('media_truncated', `the audio track lasts ${actualMs} ms, and its header says ${source.durationMs} ms`);
};

/** The samples, where there are any and as many as the header announces. */
export const checkExtent = (source: SoundSource, samples: number): number => {
  if (samples === 0) refusePlan('media_unreadable', 'nothing of the audio track could be decoded');
  checkLength(source, samples / source.sound.sampleRateHz);
  return samples;
};

/** The samples that were counted. */
export const parseExtent = (source: SoundSource, text: unknown): number =>
  checkExtent(source, samplesOf(parseLevels(String(text))));
