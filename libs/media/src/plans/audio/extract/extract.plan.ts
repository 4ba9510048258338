import type { ExtractParams } from '@ffapi/contracts';
import { filter } from '../../../filtergraph/filter.ts';
import { goesAlong } from '../../../sound/along.ts';
import { clipGuard, peakStep } from '../../../sound/clip-guard.ts';
import { channelFilters, monoNeedsPhase, phaseStep } from '../../../sound/mono.ts';
import { soundName, soundOutput, soundOutputArgs, trackGraph, wholeMs } from '../../../sound/output.ts';
import { soundSource, soundStep } from '../../../sound/source.ts';
import { soundTarget } from '../../../sound/target.ts';
import type { PlanFn } from '../../plan.ts';
import { measurePlan, runPlan } from '../audio-plans.ts';

/** One audio track as a sound file; channels that are mixed down are watched for clipping and for cancelling out. */
export const planExtract: PlanFn<ExtractParams> = ({ params, facts, measured }) => {
  const source = soundSource(facts, 'source', params.track);
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  const wish = {
    format: params.format,
    bitrate: params.bitrate,
    channels: params.channels,
    sampleRateHz: params.sample_rate,
    mayKeepPicture: false,
  };
  const target = soundTarget(source, wish, warn);
  if (monoNeedsPhase(source, target) && measured.phase === undefined) return measurePlan(source, [phaseStep(source)]);
  const channels = channelFilters(source, target, measured.phase, warn);
  const isMixed = target.channels < source.sound.channels;
  if (isMixed && measured.peak === undefined) return measurePlan(source, [peakStep(source, channels)]);
  const graph = trackGraph(source, [
    ...channels,
    ...clipGuard(measured.peak, target, target.sampleRateHz, warn),
    filter('aresample', { sample_rate: target.sampleRateHz }),
  ]);
  const along = goesAlong(source, target, { lengthMs: wholeMs(source, target) || null });
  return runPlan(source, {
    steps: [
      soundStep(source, 'encode', soundOutputArgs(source, target, graph, along), { writes: [soundName(target)] }),
    ],
    outputs: [soundOutput(target, wholeMs(source, target))],
    scratch: along.scratch,
    warnings: [...warnings, ...along.warnings],
  });
};
