import type { TempoParams } from '@ffapi/contracts';
import { filter } from '../../../filtergraph/filter.ts';
import { goesAlong } from '../../../sound/along.ts';
import { clipGuard, peakStep } from '../../../sound/clip-guard.ts';
import { sampleRateFor } from '../../../sound/encoders.ts';
import { extentStep, parseExtent } from '../../../sound/extent.ts';
import { headFilters, soundName, soundOutput, soundOutputArgs, trackGraph } from '../../../sound/output.ts';
import { soundSource, soundStep } from '../../../sound/source.ts';
import { soundTarget } from '../../../sound/target.ts';
import type { SoundWish } from '../../../sound/target.ts';
import type { PlanFn } from '../../plan.ts';
import { measurePlan, runPlan } from '../audio-plans.ts';

const compactDiscHz = 44_100;
/** What the stretching may leave out at its end. */
const tailSeconds = 0.25;

const wishOf = ({ output_format: format, bitrate }: TempoParams): SoundWish => ({
  format,
  // The default bit rate is no wish of anybody's where there is none.
  ...(format === 'wav' || format === 'flac' ? {} : { bitrate }),
  channels: 2,
  sampleRateHz: format === 'opus' ? sampleRateFor('opus', compactDiscHz) : compactDiscHz,
  mayKeepPicture: false,
});

/** Faster or slower sound at the same pitch, cut to the sample: stretching alone is off by some hundredths of a second. */
export const planTempo: PlanFn<TempoParams> = ({ params, facts, measured }) => {
  const source = soundSource(facts, 'source', params.track);
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  const target = { ...soundTarget(source, wishOf(params), warn), isDeep: false };
  const channels = headFilters(source, target);
  if (measured.extent === undefined) {
    const isMixed = target.channels < source.sound.channels;
    return measurePlan(source, [extentStep(source), ...(isMixed ? [peakStep(source, channels)] : [])]);
  }
  const rate = source.sound.sampleRateHz;
  const samples = parseExtent(source, measured.extent);
  const samplesAfter = Math.round(samples / params.tempo);
  const graph = trackGraph(source, [
    ...channels,
    ...clipGuard(measured.peak, target, rate, warn),
    ...(params.tempo === 1 ? [] : [filter('atempo', { tempo: params.tempo })]),
    filter('apad', { pad_len: Math.round(rate * tailSeconds) }),
    filter('atrim', { end_sample: samplesAfter }),
    filter('asetpts', { expr: 'N/SR/TB' }),
    filter('aresample', { sample_rate: target.sampleRateHz }),
  ]);
  const seconds = (count: number): number => Math.round((count / rate) * 1000) / 1000;
  const along = goesAlong(source, target, {
    lengthMs: seconds(samplesAfter) * 1000,
    moved: (ms) => ms / params.tempo,
  });
  return runPlan(source, {
    steps: [
      soundStep(source, 'stretch', soundOutputArgs(source, target, graph, along), {
        writes: [soundName(target)],
        expectedDurationMs: seconds(samplesAfter) * 1000,
      }),
    ],
    outputs: [soundOutput(target, seconds(samplesAfter) * 1000)],
    result: { tempo: params.tempo, duration_before: seconds(samples), duration_after: seconds(samplesAfter) },
    scratch: along.scratch,
    warnings: [...warnings, ...along.warnings],
  });
};
