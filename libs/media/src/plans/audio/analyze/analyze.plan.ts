import type { AnalyzeParams } from '@ffapi/contracts';
import { checkExtent } from '../../../sound/extent.ts';
import { levelMeter, meanDb, parseLevels, samplesOf } from '../../../sound/levels.ts';
import type { LevelWindow } from '../../../sound/levels.ts';
import { loudnessMeter, parseLoudness, rounded } from '../../../sound/loudness.ts';
import { parsePhase, phaseMeter } from '../../../sound/phase.ts';
import { measureStep, soundSource } from '../../../sound/source.ts';
import type { Json, PlanFn } from '../../plan.ts';
import { measurePlan, runPlan } from '../audio-plans.ts';

/** Full scale, but for rounding, in dB. */
const fullScaleDb = -0.01;
/** Three samples in a row at the peak: a wave that was cut off. */
const flatDb = 6;
const secondsMax = 100;
/** A peak below is a rounding error or dither. */
const silentDb = -80;

const isClipped = (window: LevelWindow): boolean => {
  const peak = window.overall('Peak_level') ?? Number.NEGATIVE_INFINITY;
  return peak > 0.1 || (peak >= fullScaleDb && (window.overall('Flat_factor') ?? 0) >= flatDb);
};

const clippingOf = (windows: readonly LevelWindow[]): Json => {
  const seconds = windows.flatMap((window, second) => (isClipped(window) ? [second] : []));
  return { clipped: seconds.length > 0, seconds: seconds.slice(0, secondsMax) };
};

const highestPeak = (windows: readonly LevelWindow[]): number | null => {
  const peaks = windows.map((window) => window.overall('Peak_level')).filter((peak) => peak !== null);
  return peaks.length === 0 ? null : peaks.reduce((most, peak) => Math.max(most, peak));
};

/** The figures of one audio track. */
export const planAnalyze: PlanFn<AnalyzeParams> = ({ params, facts, measured }) => {
  const source = soundSource(facts, 'source', params.track);
  const { sound } = source;
  const rate = sound.sampleRateHz;
  if (measured.loudness === undefined) {
    const levels = levelMeter('levels.txt', rate, ['RMS_level', 'Peak_level', 'Flat_factor', 'DC_offset']);
    return measurePlan(source, [
      measureStep(source, loudnessMeter('loudness.txt').join(','), { name: 'loudness', file: 'loudness.txt' }),
      measureStep(source, levels.join(','), { name: 'levels', file: 'levels.txt' }),
      ...(sound.channels === 2
        ? [measureStep(source, phaseMeter('phase.txt', rate).join(','), { name: 'phase', file: 'phase.txt' })]
        : []),
    ]);
  }
  const loudness = parseLoudness(String(measured.loudness));
  const windows = parseLevels(String(measured.levels));
  const samples = checkExtent(source, samplesOf(windows));
  const peak = highestPeak(windows);
  const offset = windows.reduce((sum, window) => sum + (window.overall('DC_offset') ?? 0) * window.samples, 0);
  return runPlan(source, {
    result: {
      duration: rounded(samples / rate, 3),
      channels: sound.channels,
      channel_layout: sound.layout,
      sample_rate: rate,
      integrated_lufs: rounded(loudness.integratedLufs),
      loudness_range_lu: rounded(loudness.rangeLu) ?? 0,
      momentary_max_lufs: rounded(loudness.momentaryMaxLufs),
      short_term_max_lufs: rounded(loudness.shortTermMaxLufs),
      true_peak_dbtp: rounded(loudness.truePeakDbtp),
      sample_peak_dbfs: rounded(peak),
      rms_dbfs: rounded(meanDb(windows, (window) => window.overall('RMS_level'))),
      dc_offset: rounded(offset / samples, 5),
      silent: peak === null || peak < silentDb,
      anti_phase: measured.phase !== undefined && parsePhase(String(measured.phase)).isAntiPhase,
      clipping: clippingOf(windows),
    },
  });
};
