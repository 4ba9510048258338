import type { ProcessParams } from '@ffapi/contracts';
import { filter } from '../../../filtergraph/filter.ts';
import { goesAlong } from '../../../sound/along.ts';
import { clipGuard, peakStep } from '../../../sound/clip-guard.ts';
import { extentStep, parseExtent } from '../../../sound/extent.ts';
import { truePeakLimiter } from '../../../sound/limiter.ts';
import { channelFilters, monoNeedsPhase, phaseStep } from '../../../sound/mono.ts';
import { soundName, soundOutput, soundOutputArgs, timeFilters, trackGraph, wholeMs } from '../../../sound/output.ts';
import { soundSource, soundStep } from '../../../sound/source.ts';
import { fadeStages, levelStages, mayClip } from '../../../sound/stages.ts';
import { soundTarget } from '../../../sound/target.ts';
import type { PlanFn } from '../../plan.ts';
import { measurePlan, runPlan } from '../audio-plans.ts';

const channelCounts = { mono: 1, stereo: 2 } as const;

/** Sound shaped stage by stage; what a fade-out, mono or a gain needs to know is measured first. */
export const planProcess: PlanFn<ProcessParams> = ({ params, facts, measured }) => {
  const source = soundSource(facts, 'source', params.track);
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  const target = soundTarget(
    source,
    {
      format: params.output_format,
      bitrate: params.bitrate,
      ...(params.channels === undefined ? {} : { channels: channelCounts[params.channels] }),
      mayKeepPicture: true,
    },
    warn,
  );
  const first = [
    ...(monoNeedsPhase(source, target) && measured.phase === undefined ? [phaseStep(source)] : []),
    ...(params.fade_out > 0 && measured.extent === undefined
      ? [extentStep(source, 'extent', timeFilters(source, target))]
      : []),
  ];
  if (first.length > 0) return measurePlan(source, first);
  const shaped = [...channelFilters(source, target, measured.phase, warn), ...levelStages(params)];
  const isGuarded = params.limiter === undefined && (mayClip(params) || target.channels < source.sound.channels);
  if (isGuarded && measured.peak === undefined) return measurePlan(source, [peakStep(source, shaped)]);
  const rate = source.sound.sampleRateHz;
  const graph = trackGraph(source, [
    ...shaped,
    ...(params.limiter
      ? truePeakLimiter(params.limiter.ceiling_db, target, rate)
      : clipGuard(measured.peak, target, rate, warn)),
    ...fadeStages(params, params.fade_out > 0 ? parseExtent(source, measured.extent) / rate : 0),
    filter('aresample', { sample_rate: target.sampleRateHz }),
  ]);
  const along = goesAlong(source, target, { lengthMs: wholeMs(source, target) || null });
  return runPlan(source, {
    steps: [
      soundStep(source, 'process', soundOutputArgs(source, target, graph, along), { writes: [soundName(target)] }),
    ],
    outputs: [soundOutput(target, wholeMs(source, target))],
    scratch: along.scratch,
    warnings: [...warnings, ...along.warnings],
  });
};
