import type { Container, MixParams } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput } from '../../../argv/guard.ts';
import type { Token } from '../../../argv/token.ts';
import { clipGuard } from '../../../sound/clip-guard.ts';
import { isDeep } from '../../../sound/depth.ts';
import { extentStep } from '../../../sound/extent.ts';
import { loudnessMeter, parseLoudness, rounded } from '../../../sound/loudness.ts';
import { soundName, soundOutput, soundOutputArgs } from '../../../sound/output.ts';
import type { SoundSource } from '../../../sound/source.ts';
import { soundTarget } from '../../../sound/target.ts';
import { chapterPlan } from '../../../encode/chapters.ts';
import type { ChapterPlan } from '../../../encode/chapters.ts';
import { refusePlan } from '../../plan.ts';
import type { PlanFn, Step } from '../../plan.ts';
import { measurePlan, runPlan } from '../audio-plans.ts';
import { mixGraph } from './mix-graph.ts';
import { extentName, mixRateHz, sourcesOf, timelineOf } from './tracks.ts';
import type { Timeline } from './tracks.ts';

const mixStep = ({ tracks, seconds }: Timeline, id: string, argv: readonly Token[], more: Partial<Step>): Step => ({
  id,
  tool: 'ffmpeg',
  argv: [
    ...ffmpegGlobals,
    ...tracks.flatMap(({ source, settings }) =>
      guardedInput(source.name, source.facts.demuxer, settings.loop ? ['-stream_loop', '-1'] : []),
    ),
    ...argv,
  ],
  reads: tracks.map(({ source }) => source.name),
  writes: [],
  weight: 1,
  expectedDurationMs: Math.round(seconds * 1000),
  ...more,
});

const peakOfMix = (timeline: Timeline, ducking: MixParams['ducking']): Step => {
  const graph = mixGraph(timeline, ducking, loudnessMeter('peak.txt'), 'measured');
  return mixStep(timeline, 'peak', ['-filter_complex', graph, '-map', '[measured]', '-f', 'null', '-'], {
    capture: { name: 'peak', from: { scratch: 'peak.txt' } },
  });
};

// The mix is stereo whatever its tracks are, and as fine as the finest of them.
const asMix = (source: SoundSource, all: readonly SoundSource[]): SoundSource => {
  const codec = all.some(({ sound }) => isDeep(sound)) ? 'pcm_s24le' : 'pcm_s16le';
  const { bitDepth: _, ...sound } = source.sound;
  return {
    ...source,
    naming: [],
    sound: { ...sound, channels: 2, layout: 'stereo', sampleRateHz: mixRateHz, codec },
  };
};

/** Those of the first track, which is what is listened to, unless it begins again. */
const chaptersOfMix = ({ tracks, seconds }: Timeline, container: Container): ChapterPlan => {
  const [first] = tracks;
  return chapterPlan({
    chapters: (first?.settings.loop ? undefined : first?.source.facts.chapters) ?? [],
    container,
    inputs: tracks.length,
    lengthMs: seconds * 1000,
    moved: (ms) => ms + (first?.settings.offset ?? 0) * 1000,
  });
};

/** Tracks added up at their own levels; only a sum that would clip is limited. */
export const planMix: PlanFn<MixParams> = ({ params, facts, measured }) => {
  const sources = sourcesOf(params, facts);
  const first = sources[0] ?? refusePlan('media_unreadable', 'there is nothing to mix');
  if (measured[extentName(0)] === undefined)
    return measurePlan(
      first,
      sources.map((source, n) => extentStep(source, extentName(n))),
    );
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  const timeline = timelineOf(params, sources, measured, warn);
  const canDuck = timeline.tracks.length > 1 && timeline.tracks[0]?.source === first;
  if (params.ducking && !canDuck) warn('nothing ducks: it takes the first track and another');
  const ducking = canDuck ? params.ducking : undefined;
  if (measured.peak === undefined) return measurePlan(first, [peakOfMix(timeline, ducking)]);
  const peak = parseLoudness(String(measured.peak)).truePeakDbtp;
  if (peak === null) warn('the mix is silent');
  const mixed = asMix(first, sources);
  const target = soundTarget(
    mixed,
    { format: params.output_format, bitrate: params.bitrate, sampleRateHz: mixRateHz, mayKeepPicture: false },
    warn,
  );
  const guard = clipGuard(measured.peak, { channels: 2, layout: 'stereo' }, mixRateHz, warn);
  const graph = mixGraph(timeline, ducking, guard, 'sound');
  const chapters = chaptersOfMix(timeline, target.container);
  return runPlan(first, {
    steps: [mixStep(timeline, 'mix', soundOutputArgs(mixed, target, graph, chapters), { writes: [soundName(target)] })],
    outputs: [soundOutput(target, Math.round(timeline.seconds * 1000))],
    result: { duration: rounded(timeline.seconds, 3), peak_dbtp: rounded(peak), is_limited: guard.length > 0 },
    scratch: chapters.scratch,
    warnings: [...warnings, ...chapters.warnings],
  });
};
