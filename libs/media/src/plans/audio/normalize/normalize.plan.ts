import type { NormalizeParams } from '@ffapi/contracts';
import { ffmpegGlobals, inputGuard } from '../../../argv/guard.ts';
import { filter } from '../../../filtergraph/filter.ts';
import { checkLength } from '../../../sound/extent.ts';
import { isLossless } from '../../../sound/encoders.ts';
import { truePeakLimiter } from '../../../sound/limiter.ts';
import { loudnessMeter, parseLoudness, rounded } from '../../../sound/loudness.ts';
import type { Loudness } from '../../../sound/loudness.ts';
import { headFilters, soundName, soundOutput, soundOutputArgs, trackGraph, wholeMs } from '../../../sound/output.ts';
import { measureStep, soundSource, soundStep } from '../../../sound/source.ts';
import type { SoundSource } from '../../../sound/source.ts';
import { goesAlong } from '../../../sound/along.ts';
import type { Along } from '../../../sound/along.ts';
import { soundTarget } from '../../../sound/target.ts';
import type { SoundTarget } from '../../../sound/target.ts';
import { measurePlan, runPlan } from '../audio-plans.ts';
import { refusePlan } from '../../plan.ts';
import type { Json, Plan, PlanFn, PlanInput, Step } from '../../plan.ts';
import { bestOf, isClose, isWithin, missLu, nextSetting } from './approach.ts';
import type { Goal, Setting, Tried } from './approach.ts';

/** Trials of encoding and measuring: together with the first look and the last word, eight rounds of planning. */
const trialsMax = 6;

const demuxers: Readonly<Record<string, string>> = {
  mp4: 'mov',
  mov: 'mov',
  m4a: 'mov',
  mkv: 'matroska',
  webm: 'matroska',
  opus: 'ogg',
};

const encodeStep = ({ source, target, along }: Work, { gainDb, ceilingDb }: Setting): Step => {
  const graph = trackGraph(source, [
    ...headFilters(source, target),
    filter('volume', { volume: `${gainDb.toFixed(2)}dB`, precision: 'float' }),
    ...(ceilingDb === null ? [] : truePeakLimiter(ceilingDb, target, target.sampleRateHz)),
    filter('aresample', { sample_rate: target.sampleRateHz }),
  ]);
  return soundStep(source, 'encode', soundOutputArgs(source, target, graph, along), {
    writes: [soundName(target)],
  });
};

const measureOutputStep = (source: SoundSource, target: SoundTarget, capture: string): Step => {
  const graph = `[0:a:0]${loudnessMeter('loudness.txt').join(',')}[measured]`;
  const demuxer = demuxers[target.container] ?? target.container;
  return {
    id: 'measure',
    tool: 'ffmpeg',
    argv: [
      ...ffmpegGlobals,
      ...inputGuard(demuxer),
      '-i',
      { out: soundName(target) },
      '-filter_complex',
      graph,
      '-map',
      '[measured]',
      '-f',
      'null',
      '-',
    ],
    reads: [soundName(target)],
    writes: [],
    weight: 1,
    expectedDurationMs: source.durationMs,
    capture: { name: capture, from: { scratch: 'loudness.txt' } },
  };
};

const shown = (loudness: Loudness): Json => ({
  integrated_lufs: rounded(loudness.integratedLufs),
  true_peak_dbtp: rounded(loudness.truePeakDbtp),
  loudness_range_lu: rounded(loudness.rangeLu) ?? 0,
});

const warningsOf = (before: Loudness, best: Tried, goal: Goal): string[] => {
  if (before.integratedLufs === null)
    return ['nothing is louder than -70 LUFS for as long as loudness is measured over: no gain was applied'];
  if (best.loudness.integratedLufs === null) return ['the result is too quiet for its loudness to be measured'];
  if (isWithin(best.loudness, goal)) return [];
  const reached = rounded(best.loudness.integratedLufs);
  const miss = rounded(missLu(best.loudness, goal));
  return [
    `the loudness is ${reached} LUFS, ${miss} LU from the target: more is not possible below ${goal.truePeakDbtp} dBTP`,
  ];
};

interface Work {
  readonly source: SoundSource;
  readonly target: SoundTarget;
  readonly along: Along;
  readonly goal: Goal;
  readonly before: Loudness;
  readonly warnings: readonly string[];
}

/** The trials that were measured, replayed: every setting follows from the measurements before it. */
const replay = ({ before, goal }: Work, measured: PlanInput<never>['measured']): Tried[] => {
  const tried: Tried[] = [];
  for (let n = 1; measured[`trial${n}`] !== undefined; n++) {
    const setting = nextSetting(before, tried, goal);
    tried.push({ ...setting, loudness: parseLoudness(String(measured[`trial${n}`])) });
  }
  return tried;
};

const delivered = (work: Work, tried: readonly Tried[]): Plan => {
  const { source, target, goal, before } = work;
  const best =
    bestOf(tried, goal) ?? refusePlan('output_invalid', `no trial stays below ${goal.truePeakDbtp} dBTP once encoded`);
  return runPlan(source, {
    // The last trial lies in its place already; an earlier one is made again, to the same bytes.
    steps: best === tried.at(-1) ? [] : [encodeStep(work, best)],
    scratch: work.along.scratch,
    outputs: [soundOutput(target, wholeMs(source, target))],
    result: {
      before: shown(before),
      after: shown(best.loudness),
      target_lufs: goal.lufs,
      gain_db: best.gainDb,
      is_limited: best.ceilingDb !== null,
      rounds: tried.length,
    },
    warnings: [...work.warnings, ...warningsOf(before, best, goal), ...work.along.warnings],
  });
};

/**
 * Loudness by measuring the source, applying gain with a true-peak limiter, measuring the encoded file, and correcting.
 * FFmpeg's own two-pass loudnorm misses by up to 1.5 LU and cannot know what the encoder does to peaks.
 */
export const planNormalize: PlanFn<NormalizeParams> = ({ params, facts, measured }) => {
  const source = soundSource(facts, 'source', params.track);
  const warnings: string[] = [];
  const wish = { format: params.output_format, bitrate: params.bitrate, mayKeepPicture: true };
  const target = soundTarget(source, wish, (text) => warnings.push(text));
  if (measured.source === undefined) {
    const graph = [...headFilters(source, target), ...loudnessMeter('loudness.txt')].join(',');
    return measurePlan(source, [measureStep(source, graph, { name: 'source', file: 'loudness.txt' })]);
  }
  const goal: Goal = {
    lufs: params.target_lufs,
    truePeakDbtp: params.true_peak,
    isLossy: !isLossless(target.codec),
  };
  const before = parseLoudness(String(measured.source));
  checkLength(source, before.seconds);
  const along = goesAlong(source, target, { lengthMs: wholeMs(source, target) || null });
  const work: Work = { source, target, along, goal, before, warnings };
  const tried = replay(work, measured);
  const last = tried.at(-1);
  if (tried.length >= trialsMax || (last && isClose(last.loudness, goal))) return delivered(work, tried);
  const setting = nextSetting(work.before, tried, goal);
  return measurePlan(
    source,
    [encodeStep(work, setting), measureOutputStep(source, target, `trial${tried.length + 1}`)],
    along.scratch,
  );
};
