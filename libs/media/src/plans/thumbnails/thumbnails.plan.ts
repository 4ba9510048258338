import type { ThumbnailsParams } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput } from '../../argv/guard.ts';
import { oneImage } from '../../argv/muxers.ts';
import type { Token } from '../../argv/token.ts';
import { toneMapToSdr } from '../../colour/tone-map.ts';
import { pictureOf } from '../../facts/media-facts.ts';
import type { MediaFacts, VideoFacts } from '../../facts/media-facts.ts';
import { chain, filter } from '../../filtergraph/filter.ts';
import { evenSize, fitInside } from '../../ladder/fit.ts';
import type { Framing } from '../../ladder/fit.ts';
import { deinterlacing, lookForFields } from '../../encode/fields.ts';
import { refusePlan } from '../plan.ts';
import type { Plan, PlanFn, PlannedOutput, Step } from '../plan.ts';
import { parseFrameScores } from './frame-scores.ts';
import { randomTimes, smartTimes, uniformTimes } from './pick-times.ts';
import { spriteGraph, spriteSheet, spriteVtt } from './sprite.ts';
import { imageEncoders, keyframeSteps, keyframeTime, stillSteps } from '../../encode/stills.ts';
import type { Still, StillLook, StillSource } from '../../encode/stills.ts';

const extensions = { jpeg: 'jpg', png: 'png', webp: 'webp' } as const;
const contentTypes = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp' } as const;

const scoresFile = 'scores.txt';
/** Longer films are judged by their keyframes only: decoding all of an hour costs minutes. */
const fullDecodeMsMax = 600_000;
/** And those whose parts are this long, as each holds several keyframes then: most encoders set one within ten seconds. */
const judgedPartMsMin = 20_000;
/** In shorter parts a keyframe is missed too often for what it saves. */
const keyframePartMsMin = 10_000;
/** How exactly the measuring pass tells times, which it prints with six digits. */
const judgedMsError = 100;
/** A seek to a keyframe must aim behind it: some formats count back from when it is decoded, not shown. */
const judgedSeekMs = 150;
/** Films begin black. */
const openingMs = 1_000;
/** Formats in which a seek finds keyframes, and the times behind it are true: in AVI and MPEG-PS they are guessed. */
const seekableDemuxers: readonly string[] = ['mov', 'matroska', 'mpegts', 'flv'];

const sourceOf = (facts: MediaFacts | undefined): StillSource => {
  const media = facts ?? refusePlan('media_unreadable', 'there is no source');
  const picture = pictureOf(media) ?? refusePlan('media_no_video_stream', 'thumbnails need a video track');
  return { facts: media, picture, durationMs: picture.durationMs ?? media.durationMs ?? 0 };
};

const framed = (params: ThumbnailsParams, picture: VideoFacts): Framing => {
  const source = { width: picture.displayWidth, height: picture.displayHeight };
  if (params.width !== undefined && params.height !== undefined) {
    const frame = evenSize({ width: params.width, height: params.height });
    return { frame, picture: fitInside(source, frame, true) };
  }
  const box =
    params.height === undefined
      ? { width: params.width ?? 320, height: Number.MAX_SAFE_INTEGER }
      : { width: Number.MAX_SAFE_INTEGER, height: params.height };
  const frame = fitInside(source, box, true);
  return { frame, picture: frame };
};

const step = (
  source: StillSource,
  id: string,
  weight: number,
  argv: readonly Token[],
  more: Partial<Step> = {},
): Step => ({
  id,
  tool: 'ffmpeg',
  argv: [...ffmpegGlobals, ...guardedInput('source', source.facts.demuxer), ...argv],
  reads: ['source'],
  writes: [],
  weight,
  expectedDurationMs: source.durationMs,
  ...more,
});

const isJudgedByKeyframes = ({ durationMs }: StillSource, count: number): boolean =>
  durationMs > fullDecodeMsMax || durationMs / count >= judgedPartMsMin;

const measurePlan = (source: StillSource, count: number): Plan => {
  const isSparse = isJudgedByKeyframes(source, count);
  const graph = chain([
    ...(isSparse ? [] : [filter('fps', { fps: 5 })]),
    filter('scale', { w: 320, h: -2 }),
    // Between keyframes everything has changed.
    ...(isSparse ? [] : [filter('scdet', { t: 10 })]),
    filter('blurdetect'),
    filter('signalstats'),
    filter('entropy'),
    filter('metadata', { mode: 'print', file: scoresFile }),
  ]);
  const skip = isSparse ? ['-skip_frame', 'nokey'] : [];
  return {
    kind: 'measure',
    device: 'cpu',
    steps: [
      {
        ...step(source, 'score', 1, []),
        argv: [
          ...ffmpegGlobals,
          ...guardedInput('source', source.facts.demuxer, skip),
          '-map',
          `0:${source.picture.index}`,
          '-vf',
          graph,
          '-f',
          'null',
          '-',
        ],
        capture: { name: 'frameScores', from: { scratch: scoresFile } },
      },
    ],
    outputs: [],
    warnings: [],
    estimate: { durationMs: Math.round(source.durationMs / 10) + 200 },
    measureShare: 0.8,
  };
};

const spriteWork = (source: StillSource, params: ThumbnailsParams): { steps: Step[]; outputs: PlannedOutput[] } => {
  if (params.sprite === undefined) return { steps: [], outputs: [] };
  const sheet = spriteSheet(params.sprite, source.picture, source.durationMs);
  const name = 'sprite.jpg';
  const argv: Token[] = [
    '-map',
    `0:${source.picture.index}`,
    '-vf',
    chain([
      ...deinterlacing(source.picture),
      ...(source.picture.isHdr ? toneMapToSdr(source.picture) : []),
      spriteGraph(sheet),
    ]),
    ...imageEncoders.jpeg,
    ...oneImage,
    { out: name },
  ];
  const size = { width: sheet.columns * sheet.tile.width, height: sheet.rows * sheet.tile.height };
  return {
    steps: [step(source, 'sprite', 0.5, argv, { writes: [name] })],
    outputs: [
      { name, kind: 'file', contentType: 'image/jpeg', expect: size, verify: 'image' },
      {
        name: 'sprite.vtt',
        kind: 'file',
        contentType: 'text/vtt',
        expect: {},
        content: spriteVtt(sheet, name, source.durationMs),
        verify: 'none',
      },
    ],
  };
};

const timesFor = (params: ThumbnailsParams, source: StillSource, measured: unknown): number[] => {
  // The last instant has no frame behind it.
  const last = Math.max(0, source.durationMs - 100);
  const pick =
    params.method === 'uniform'
      ? uniformTimes(source.durationMs, params.count)
      : params.method === 'random'
        ? randomTimes(source.durationMs, params.count, params.seed)
        : smartTimes(source.durationMs, params.count, parseFrameScores(String(measured)));
  return pick.map((timeMs) => Math.min(timeMs, last));
};

const takesKeyframes = (source: StillSource, { method, count }: ThumbnailsParams): boolean =>
  seekableDemuxers.includes(source.facts.demuxer) &&
  (method === 'smart' ? isJudgedByKeyframes(source, count) : source.durationMs / count >= keyframePartMsMin);

/** Whether a keyframe stands for the pick of a part: it lies in it, or, where frames were judged, it is that frame. */
const isAsGood = (source: StillSource, params: ThumbnailsParams, pick: Pick, keyframeMs: number): boolean => {
  if (params.method === 'smart') return Math.abs(keyframeMs - pick.timeMs) <= judgedMsError;
  const length = source.durationMs / params.count;
  return keyframeMs >= Math.max(openingMs, pick.part * length) && keyframeMs < (pick.part + 1) * length;
};

interface Pick extends Still {
  /** Which of the equal parts of the film it is from. */
  readonly part: number;
}

const picksFor = (params: ThumbnailsParams, source: StillSource, measured: unknown): Pick[] => {
  const times = timesFor(params, source, measured);
  const digits = String(times.length).length;
  return times.map((timeMs, part) => ({
    name: `thumbnail_${String(part + 1).padStart(digits, '0')}.${extensions[params.format]}`,
    timeMs,
    part,
  }));
};

const keyframePlan = (source: StillSource, look: StillLook, params: ThumbnailsParams, picks: readonly Pick[]): Plan => {
  const lateMs = params.method === 'smart' ? judgedSeekMs : 0;
  const sought = picks.map(({ name, timeMs }) => ({ name, timeMs: timeMs + lateMs }));
  return {
    kind: 'measure',
    device: 'cpu',
    steps: keyframeSteps(source, look, sought, 1),
    outputs: [],
    warnings: [],
    estimate: { durationMs: picks.length * 100 },
    measureShare: 0.8,
  };
};

const runPlan = (
  source: StillSource,
  look: StillLook,
  params: ThumbnailsParams,
  stills: { readonly all: readonly Still[]; readonly missing: readonly Still[] },
): Plan => {
  const sprite = spriteWork(source, params);
  const share = sprite.steps.length > 0 ? 0.5 : 1;
  return {
    kind: 'run',
    device: 'cpu',
    steps: [...stillSteps(source, look, stills.missing, share), ...sprite.steps],
    outputs: [
      ...stills.all.map(({ name }): PlannedOutput => ({
        name,
        kind: 'file',
        contentType: contentTypes[params.format],
        expect: { ...look.framing.frame },
        verify: 'image',
      })),
      ...sprite.outputs,
    ],
    result: { thumbnails: stills.all.map(({ name, timeMs }) => ({ name, timestamp: timeMs / 1000 })) },
    warnings: [],
    estimate: {
      durationMs: stills.missing.length * 200 + (params.sprite ? Math.round(source.durationMs / 10) : 0),
    },
  };
};

/**
 * Still pictures of a video: `smart` measures first. Where the picks lie far apart, keyframes are taken by a seek each;
 * picks that have none near them are decoded to the frame.
 */
export const planThumbnails: PlanFn<ThumbnailsParams> = ({ params, facts, measured }) => {
  const fields = facts.source && lookForFields(facts.source, params.deinterlace, measured);
  if (fields && 'plan' in fields) return fields.plan;
  const source = sourceOf(fields?.facts);
  if (params.method === 'smart' && measured.frameScores === undefined) return measurePlan(source, params.count);
  const picks = picksFor(params, source, measured.frameScores);
  const look = { framing: framed(params, source.picture), format: params.format };
  const keyframes = picks.map((pick) => keyframeTime(pick, measured));
  if (takesKeyframes(source, params) && keyframes.includes(undefined)) return keyframePlan(source, look, params, picks);
  const stillOf = (pick: Pick): { still: Still; isMissing: boolean } => {
    const keyframeMs = keyframes[pick.part] ?? null;
    const isMissing = keyframeMs === null || !isAsGood(source, params, pick, keyframeMs);
    return { still: { name: pick.name, timeMs: isMissing ? pick.timeMs : keyframeMs }, isMissing };
  };
  const stills = picks.map(stillOf);
  return runPlan(source, look, params, {
    all: stills.map(({ still }) => still),
    missing: stills.filter(({ isMissing }) => isMissing).map(({ still }) => still),
  });
};
