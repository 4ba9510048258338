import type { NoiseReductionParams } from '@ffapi/contracts';
import { chain, filter } from '../../../filtergraph/filter.ts';
import { goesAlong } from '../../../sound/along.ts';
import { levelMeter, meanDb, parseLevels } from '../../../sound/levels.ts';
import { headFilters, soundName, soundOutput, soundOutputArgs, wholeMs } from '../../../sound/output.ts';
import { measureStep, soundSource, soundStep } from '../../../sound/source.ts';
import type { SoundSource } from '../../../sound/source.ts';
import { soundTarget } from '../../../sound/target.ts';
import type { SoundTarget } from '../../../sound/target.ts';
import { refusePlan } from '../../plan.ts';
import type { PlanFn } from '../../plan.ts';
import { measurePlan, runPlan } from '../audio-plans.ts';

interface Strength {
  readonly reductionDb: number;
  readonly floorDb: number;
}

/**
 * With a sample the denoiser knows the shape of the noise, and the floor tells it how strong that is: this far above the
 * sample's level. Higher takes more of the noise and of speech with it; the figures are from speech in pink, white and
 * brown noise.
 */
const learned: Readonly<
  Record<NoiseReductionParams['profile'], { readonly reductionDb: number; readonly aboveDb: number }>
> = {
  light: { reductionDb: 12, aboveDb: 5 },
  moderate: { reductionDb: 24, aboveDb: 7 },
  aggressive: { reductionDb: 40, aboveDb: 10 },
};
const [floorDbMin, floorDbMax] = [-80, -20];

const estimated: Readonly<Record<NoiseReductionParams['profile'], Strength>> = {
  light: { reductionDb: 6, floorDb: -35 },
  moderate: { reductionDb: 12, floorDb: -30 },
  aggressive: { reductionDb: 24, floorDb: -25 },
};

const commandsFile = 'noise.txt';
/** A sample this close to the rest, in dB, is hardly noise alone; below this level there is nothing to learn from. */
const [distinctDb, audibleDb] = [6, -90];

/** The denoiser answers late by two of its steps, of an eightieth of a second each. */
const delaySamples = (sampleRateHz: number): number => 2 * Math.floor(sampleRateHz / 80);

const denoiser = ({ reductionDb, floorDb }: Strength, tracks: boolean): string =>
  filter('afftdn', { nr: reductionDb, nf: floorDb, ...(tracks ? { tn: 1 } : {}) });

const cut = (samples: number): string[] => [
  filter('atrim', { start_sample: samples }),
  filter('asetpts', { expr: 'N/SR/TB' }),
];

/**
 * The graph with a sample of noise: a copy of it goes in first, to be learned from, and is cut off again behind the
 * denoiser, or the original sample itself would stay noisy.
 */
const learningGraph = (source: SoundSource, target: SoundTarget, strength: Strength, seconds: number): string => {
  const rate = source.sound.sampleRateHz;
  const samples = Math.round(seconds * rate);
  const restart = filter('asetpts', { expr: 'N/SR/TB' });
  return [
    `[0:${source.sound.index}]${chain([...source.naming, ...headFilters(source, target), 'asplit'])}[copy][whole]`,
    `[copy]${chain([filter('atrim', { end_sample: samples }), restart])}[noise]`,
    `[whole]${chain([restart, filter('apad', { pad_len: delaySamples(rate) })])}[rest]`,
    `[noise][rest]${chain([
      'concat=n=2:v=0:a=1',
      filter('asendcmd', { filename: commandsFile }),
      denoiser(strength, false),
      ...cut(samples + delaySamples(rate)),
      filter('aresample', { sample_rate: target.sampleRateHz }),
    ])}[sound]`,
  ].join(';');
};

const estimatingGraph = (source: SoundSource, target: SoundTarget, strength: Strength): string => {
  const delay = delaySamples(source.sound.sampleRateHz);
  return `[0:${source.sound.index}]${chain([
    ...source.naming,
    ...headFilters(source, target),
    filter('apad', { pad_len: delay }),
    denoiser(strength, true),
    ...cut(delay),
    filter('aresample', { sample_rate: target.sampleRateHz }),
  ])}[sound]`;
};

/** The level of the sample in dB, with a warning where it does not look like noise alone; null when it is silent. */
const sampleLevel = (text: unknown, seconds: number, warn: (text: string) => void): number | null => {
  const [first, ...rest] = parseLevels(String(text));
  const level = first ? meanDb([first], (window) => window.overall('RMS_level')) : null;
  if (level === null || level < audibleDb) {
    warn(`the first ${seconds} s are silent: the noise is estimated instead`);
    return null;
  }
  const others = meanDb(rest, (window) => window.overall('RMS_level'));
  if (others === null || level > others - distinctDb)
    warn(`the first ${seconds} s are about as loud as the rest: if they are not noise alone, what is wanted suffers`);
  return level;
};

const strengthOf = (profile: NoiseReductionParams['profile'], levelDb: number | null): Strength => {
  if (levelDb === null) return estimated[profile];
  const { reductionDb, aboveDb } = learned[profile];
  return { reductionDb, floorDb: Math.max(floorDbMin, Math.min(floorDbMax, Math.round(levelDb + aboveDb))) };
};

/** Spectral noise reduction, with the delay of the denoiser taken out again. */
export const planNoiseReduction: PlanFn<NoiseReductionParams> = ({ params, facts, measured }) => {
  const source = soundSource(facts, 'source', params.track);
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  const wish = { format: params.output_format, bitrate: params.bitrate, mayKeepPicture: true };
  const target = soundTarget(source, wish, warn);
  const seconds = params.sample_duration ?? 0;
  if (seconds > 0 && source.durationMs > 0 && seconds * 1000 >= source.durationMs)
    refusePlan('param_out_of_range', `the sample of ${seconds} s leaves nothing of ${source.durationMs / 1000} s`);
  if (seconds > 0 && measured.levels === undefined) {
    const window = Math.round(seconds * source.sound.sampleRateHz);
    const graph = levelMeter('levels.txt', window, ['RMS_level']).join(',');
    return measurePlan(source, [measureStep(source, graph, { name: 'levels', file: 'levels.txt' })]);
  }
  const level = seconds > 0 ? sampleLevel(measured.levels, seconds, warn) : null;
  const isLearned = level !== null;
  const strength = strengthOf(params.profile, level);
  const graph = isLearned
    ? learningGraph(source, target, strength, seconds)
    : estimatingGraph(source, target, strength);
  const along = goesAlong(source, target, { lengthMs: wholeMs(source, target) || null });
  return runPlan(source, {
    steps: [
      soundStep(source, 'denoise', soundOutputArgs(source, target, graph, along), { writes: [soundName(target)] }),
    ],
    outputs: [soundOutput(target, wholeMs(source, target))],
    result: { is_learned: isLearned, reduction_db: strength.reductionDb },
    scratch: {
      ...along.scratch,
      ...(isLearned ? { [commandsFile]: `0.0 afftdn sn start;\n${seconds} afftdn sn stop;\n` } : {}),
    },
    warnings: [...warnings, ...along.warnings],
  });
};
