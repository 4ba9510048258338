import type { ThumbnailsParams } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput } from '../../argv/guard.ts';
import type { Token } from '../../argv/token.ts';
import { toneMapToSdr } from '../../colour/tone-map.ts';
import { pictureOf } from '../../facts/media-facts.ts';
import type { MediaFacts, VideoFacts } from '../../facts/media-facts.ts';
import { chain, filter } from '../../filtergraph/filter.ts';
import { evenSize, fitInside } from '../../ladder/fit.ts';
import type { Framing } from '../../ladder/fit.ts';
import { refusePlan } from '../plan.ts';
import type { Plan, PlanFn, PlannedOutput, Step } from '../plan.ts';
import { parseFrameScores } from './frame-scores.ts';
import { randomTimes, smartTimes, uniformTimes } from './pick-times.ts';
import { spriteGraph, spriteSheet, spriteVtt } from './sprite.ts';
import { imageEncoders, stillSteps } from './stills.ts';
import type { StillSource } from './stills.ts';

const extensions = { jpeg: 'jpg', png: 'png', webp: 'webp' } as const;
const contentTypes = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp' } as const;

const scoresFile = 'scores.txt';
/** Longer films are judged by their keyframes only: decoding all of an hour costs minutes. */
const fullDecodeMsMax = 600_000;

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

const measurePlan = (source: StillSource): Plan => {
  const isLong = source.durationMs > fullDecodeMsMax;
  const graph = chain([
    ...(isLong ? [] : [filter('fps', { fps: 5 })]),
    filter('scale', { w: 320, h: -2 }),
    filter('scdet', { t: 10 }),
    filter('blurdetect'),
    filter('signalstats'),
    filter('entropy'),
    filter('metadata', { mode: 'print', file: scoresFile }),
  ]);
  const skip = isLong ? ['-skip_frame', 'nokey'] : [];
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
    chain([...(source.picture.isHdr ? toneMapToSdr(source.picture) : []), spriteGraph(sheet)]),
    ...imageEncoders.jpeg,
    '-frames:v',
    '1',
    '-update',
    '1',
    '-f',
    'image2',
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

/** Still pictures of a video: `smart` measures first, then every pick is a seek. */
export const planThumbnails: PlanFn<ThumbnailsParams> = ({ params, facts, measured }) => {
  const source = sourceOf(facts.source);
  if (params.method === 'smart' && measured.frameScores === undefined) return measurePlan(source);
  const times = timesFor(params, source, measured.frameScores);
  const digits = String(times.length).length;
  const names = times.map((_, n) => `thumbnail_${String(n + 1).padStart(digits, '0')}.${extensions[params.format]}`);
  const framing = framed(params, source.picture);
  const { frame } = framing;
  const sprite = spriteWork(source, params);
  const share = sprite.steps.length > 0 ? 0.5 : 1;
  const stills = times.map((timeMs, n) => ({ name: names[n] ?? '', timeMs }));
  return {
    kind: 'run',
    device: 'cpu',
    steps: [...stillSteps(source, framing, params.format, stills, share), ...sprite.steps],
    outputs: [
      ...names.map((name): PlannedOutput => ({
        name,
        kind: 'file',
        contentType: contentTypes[params.format],
        expect: { ...frame },
        verify: 'image',
      })),
      ...sprite.outputs,
    ],
    result: { thumbnails: stills.map(({ name, timeMs }) => ({ name, timestamp: timeMs / 1000 })) },
    warnings: [],
    estimate: { durationMs: times.length * 200 + (params.sprite ? Math.round(source.durationMs / 10) : 0) },
  };
};
