import type { SilenceParams } from '@ffapi/contracts';
import { filter } from '../../../filtergraph/filter.ts';
import { goesAlong } from '../../../sound/along.ts';
import { extentStep, parseExtent } from '../../../sound/extent.ts';
import { rounded } from '../../../sound/loudness.ts';
import { headFilters, soundName, soundOutput, soundOutputArgs, trackGraph } from '../../../sound/output.ts';
import { measureStep, soundSource, soundStep } from '../../../sound/source.ts';
import type { SoundSource } from '../../../sound/source.ts';
import { soundTarget } from '../../../sound/target.ts';
import { refusePlan } from '../../plan.ts';
import type { Json, Plan, PlanFn } from '../../plan.ts';
import { measurePlan, runPlan } from '../audio-plans.ts';
import { parseSilences } from './parse-silences.ts';
import type { Silence } from './parse-silences.ts';

/** One filter holds them all, and the argument it stands in has a limit. */
const cutsMax = 1_000;
/** Frames that are kept or left out as a whole, in parts of a second. */
const framesPerSecond = 200;
/** Less than this is no sound worth a file, in seconds. */
const restMin = 0.05;

const measureSilences = (source: SoundSource, params: SilenceParams): Plan => {
  const graph = [
    filter('silencedetect', { noise: `${params.threshold_db}dB`, duration: params.min_duration }),
    filter('ametadata', { mode: 'print', file: 'silences.txt' }),
  ].join(',');
  return measurePlan(source, [
    measureStep(source, graph, { name: 'silences', file: 'silences.txt' }),
    extentStep(source),
  ]);
};

const longestOf = (silences: readonly Silence[]): readonly Silence[] =>
  silences.length <= cutsMax
    ? silences
    : silences
        .toSorted((a, b) => b.end - b.start - (a.end - a.start))
        .slice(0, cutsMax)
        .toSorted((a, b) => a.start - b.start);

const lengthOf = (silences: readonly Silence[]): number =>
  silences.reduce((sum, { start, end }) => sum + end - start, 0);

/** How much of the silence lies before a moment, in ms. */
const cutBefore = (cuts: readonly Silence[], ms: number): number =>
  cuts.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(end * 1000, ms) - start * 1000), 0);

const shown = (silences: readonly Silence[], duration: number): Json => ({
  silences: silences.map(({ start, end }) => ({
    start: rounded(start, 3),
    end: rounded(end, 3),
    duration: rounded(end - start, 3),
  })),
  duration: rounded(duration, 3),
  silent_seconds: rounded(lengthOf(silences), 3),
});

const cutting = (source: SoundSource, params: SilenceParams, silences: readonly Silence[], duration: number): Plan => {
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  const wish = { format: params.output_format, bitrate: params.bitrate, mayKeepPicture: false };
  const target = soundTarget(source, wish, warn);
  const cuts = longestOf(silences);
  if (cuts.length < silences.length) warn(`only the ${cutsMax} longest of ${silences.length} silences are cut out`);
  const rest = duration - lengthOf(cuts);
  if (rest < restMin) refusePlan('media_silent', `nothing is louder than ${params.threshold_db} dBFS`);
  const isCut = cuts.map(({ start, end }) => `between(t,${start.toFixed(4)},${end.toFixed(4)})`).join('+');
  const graph = trackGraph(source, [
    ...headFilters(source, target),
    ...(cuts.length === 0
      ? []
      : [
          filter('asetnsamples', { n: Math.ceil(source.sound.sampleRateHz / framesPerSecond), p: 0 }),
          filter('aselect', { expr: `not(${isCut})` }),
          filter('asetpts', { expr: 'N/SR/TB' }),
        ]),
    filter('aresample', { sample_rate: target.sampleRateHz }),
  ]);
  const along = goesAlong(source, target, { lengthMs: rest * 1000, moved: (ms) => ms - cutBefore(cuts, ms) });
  return runPlan(source, {
    steps: [soundStep(source, 'cut', soundOutputArgs(source, target, graph, along), { writes: [soundName(target)] })],
    outputs: [soundOutput(target, Math.round(rest * 1000))],
    result: shown(silences, duration),
    scratch: along.scratch,
    warnings: [...warnings, ...along.warnings],
  });
};

/** Where sound is silent, and the sound without it. */
export const planSilence: PlanFn<SilenceParams> = ({ params, facts, measured }) => {
  const source = soundSource(facts, 'source', params.track);
  if (measured.silences === undefined) return measureSilences(source, params);
  const duration = parseExtent(source, measured.extent) / source.sound.sampleRateHz;
  const silences = parseSilences(String(measured.silences), duration);
  return params.remove
    ? cutting(source, params, silences, duration)
    : runPlan(source, { result: shown(silences, duration) });
};
