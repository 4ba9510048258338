import type { ScenesParams } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput } from '../../argv/guard.ts';
import { pictureOf } from '../../facts/media-facts.ts';
import type { MediaFacts } from '../../facts/media-facts.ts';
import { fitInside } from '../../ladder/fit.ts';
import { lookForFields } from '../../encode/fields.ts';
import { refusePlan } from '../plan.ts';
import type { Plan, PlanFn } from '../plan.ts';
import { stillSteps } from '../../encode/stills.ts';
import type { StillSource } from '../../encode/stills.ts';
import { darkShare, detectChanges, spacedChanges, thresholdsOf } from './detect.ts';
import { metricCaptures, metricGraph, metricOutputs, parseMetrics, sampleRate } from './metrics.ts';
import type { Sample } from './metrics.ts';

const stillsMax = 200;

interface Scene {
  readonly fromMs: number;
  readonly toMs: number;
}

const sourceOf = (facts: MediaFacts | undefined): StillSource => {
  const media = facts ?? refusePlan('media_unreadable', 'there is no source');
  const picture = pictureOf(media) ?? refusePlan('media_no_video_stream', 'scenes need a video track');
  return { facts: media, picture, durationMs: picture.durationMs ?? media.durationMs ?? 0 };
};

const measurePlan = (source: StillSource, rate: number, scoreMin: number): Plan => ({
  kind: 'measure',
  device: 'cpu',
  steps: [
    {
      id: 'compare',
      tool: 'ffmpeg',
      argv: [
        ...ffmpegGlobals,
        ...guardedInput('source', source.facts.demuxer),
        '-filter_complex',
        metricGraph(source.picture, rate, scoreMin),
        ...metricOutputs,
      ],
      reads: ['source'],
      writes: [],
      weight: 1,
      expectedDurationMs: source.durationMs,
      capture: metricCaptures,
    },
  ],
  outputs: [],
  warnings: [],
  estimate: { durationMs: Math.round(source.durationMs / 8) + 300 },
  measureShare: 0.9,
});

const scenesBetween = (changes: readonly number[], durationMs: number): Scene[] =>
  [0, ...changes].map((fromMs, n) => ({ fromMs, toMs: changes[n] ?? durationMs }));

const isTelling = ({ light, contrast }: Sample): boolean => light >= 32 && light <= 225 && contrast >= 10;

/** The instant nearest to the middle of a scene that shows something, and that has a frame behind it. */
const tellingTime = ({ fromMs, toMs }: Scene, samples: readonly Sample[], durationMs: number): number => {
  const middle = (fromMs + toMs) / 2;
  const distance = ({ timeMs }: Sample): number => Math.abs(timeMs - middle);
  const margin = (toMs - fromMs) / 5;
  const best = samples
    .filter(({ timeMs }) => timeMs >= fromMs + margin && timeMs <= toMs - margin)
    .filter(isTelling)
    .reduce<Sample | null>((top, each) => (top === null || distance(each) < distance(top) ? each : top), null);
  return Math.round(Math.min(best?.timeMs ?? middle, Math.max(0, durationMs - 100)));
};

const runPlan = (
  source: StillSource,
  params: ScenesParams,
  scenes: readonly Scene[],
  samples: readonly Sample[],
): Plan => {
  const shape = { width: source.picture.displayWidth, height: source.picture.displayHeight };
  const frame = fitInside(shape, { width: params.thumbnail_width, height: Number.MAX_SAFE_INTEGER }, true);
  const stills = scenes
    .slice(0, stillsMax)
    .map((scene, n) => ({ name: `scene_${n}.jpg`, timeMs: tellingTime(scene, samples, source.durationMs) }));
  return {
    kind: 'run',
    device: 'cpu',
    steps: stillSteps(source, { framing: { frame, picture: frame }, format: 'jpeg' }, stills, 1),
    outputs: stills.map(({ name }) => ({
      name,
      kind: 'file' as const,
      contentType: 'image/jpeg',
      expect: { ...frame },
      verify: 'image' as const,
    })),
    result: {
      scenes: scenes.map(({ fromMs, toMs }) => ({ timestamp: fromMs / 1000, duration: (toMs - fromMs) / 1000 })),
      thumbnails: stills.map(({ name, timeMs }) => ({ name, timestamp: timeMs / 1000 })),
    },
    warnings: scenes.length > stillsMax ? [`only the first ${stillsMax} of ${scenes.length} scenes have a still`] : [],
    estimate: { durationMs: stills.length * 100 + 200 },
  };
};

/** Scenes of a video: measured in one decode, told apart here, and shown by a still each. */
export const planScenes: PlanFn<ScenesParams> = ({ params, facts, measured }) => {
  const fields = facts.source && lookForFields(facts.source, 'auto', measured);
  if (fields && 'plan' in fields) return fields.plan;
  const source = sourceOf(fields?.facts);
  const rate = sampleRate(source.durationMs);
  const thresholds = thresholdsOf(params.sensitivity);
  if (measured.cuts === undefined) return measurePlan(source, rate, thresholds.score * darkShare);
  const metrics = parseMetrics(measured, rate);
  const durationMs = Math.max(source.durationMs, metrics.samples.at(-1)?.timeMs ?? 0);
  const changes = detectChanges(metrics, thresholds, durationMs);
  const scenes = scenesBetween(spacedChanges(changes, params.min_scene_duration * 1000, durationMs), durationMs);
  return runPlan({ ...source, durationMs }, params, scenes, metrics.samples);
};
