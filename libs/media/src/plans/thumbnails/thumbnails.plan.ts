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

const encoders: Readonly<Record<ThumbnailsParams['format'], readonly string[]>> = {
  jpeg: ['-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p'],
  png: ['-c:v', 'png', '-pix_fmt', 'rgb24'],
  webp: ['-c:v', 'libwebp', '-quality', '85', '-pix_fmt', 'yuv420p'],
};
const extensions = { jpeg: 'jpg', png: 'png', webp: 'webp' } as const;
const contentTypes = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp' } as const;

const scoresFile = 'scores.txt';
/** Longer films are judged by their keyframes only: decoding all of an hour costs minutes. */
const fullDecodeMsMax = 600_000;

interface Source {
  readonly facts: MediaFacts;
  readonly picture: VideoFacts;
  readonly durationMs: number;
}

const sourceOf = (facts: MediaFacts | undefined): Source => {
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

const stillGraph = (picture: VideoFacts, { picture: inner, frame }: Framing): string =>
  chain([
    ...(picture.isHdr ? toneMapToSdr(picture) : []),
    filter('scale', { w: inner.width, h: inner.height, flags: 'lanczos' }),
    ...(inner.width === frame.width && inner.height === frame.height
      ? []
      : [filter('pad', { w: frame.width, h: frame.height, x: '(ow-iw)/2', y: '(oh-ih)/2' })]),
    filter('setsar', { sar: 1 }),
  ]);

const step = (source: Source, id: string, weight: number, argv: readonly Token[], more: Partial<Step> = {}): Step => ({
  id,
  tool: 'ffmpeg',
  argv: [...ffmpegGlobals, ...guardedInput('source', source.facts.demuxer), ...argv],
  reads: ['source'],
  writes: [],
  weight,
  expectedDurationMs: source.durationMs,
  ...more,
});

const measurePlan = (source: Source): Plan => {
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

const grabStep = (source: Source, params: ThumbnailsParams, name: string, timeMs: number, weight: number): Step => {
  const seconds = (timeMs / 1000).toFixed(3);
  const frame = framed(params, source.picture);
  const image = [...encoders[params.format], '-frames:v', '1', '-update', '1', '-f', 'image2'];
  const map = ['-map', `0:${source.picture.index}`];
  const graph = stillGraph(source.picture, frame);
  const exact = chain([filter('select', { expr: `gte(t,${seconds})` }), graph]);
  return {
    ...step(source, `grab-${name}`, weight, [], { writes: [name], expectedDurationMs: 0 }),
    argv: [
      ...ffmpegGlobals,
      ...guardedInput('source', source.facts.demuxer, ['-ss', seconds]),
      ...map,
      '-vf',
      graph,
      ...image,
      { out: name },
    ],
    onComplaint: [
      ...ffmpegGlobals,
      ...guardedInput('source', source.facts.demuxer),
      ...map,
      '-vf',
      exact,
      ...image,
      { out: name },
    ],
  };
};

const spriteWork = (source: Source, params: ThumbnailsParams): { steps: Step[]; outputs: PlannedOutput[] } => {
  if (params.sprite === undefined) return { steps: [], outputs: [] };
  const sheet = spriteSheet(params.sprite, source.picture, source.durationMs);
  const name = 'sprite.jpg';
  const argv: Token[] = [
    '-map',
    `0:${source.picture.index}`,
    '-vf',
    chain([...(source.picture.isHdr ? toneMapToSdr(source.picture) : []), spriteGraph(sheet)]),
    ...encoders.jpeg,
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

const timesFor = (params: ThumbnailsParams, source: Source, measured: unknown): number[] => {
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

/** Still pictures of a video: `smart` measures first, then every pick is one seek. */
export const planThumbnails: PlanFn<ThumbnailsParams> = ({ params, facts, measured }) => {
  const source = sourceOf(facts.source);
  if (params.method === 'smart' && measured.frameScores === undefined) return measurePlan(source);
  const times = timesFor(params, source, measured.frameScores);
  const digits = String(times.length).length;
  const names = times.map((_, n) => `thumbnail_${String(n + 1).padStart(digits, '0')}.${extensions[params.format]}`);
  const { frame } = framed(params, source.picture);
  const sprite = spriteWork(source, params);
  const share = (1 - (sprite.steps.length > 0 ? 0.5 : 0)) / times.length;
  return {
    kind: 'run',
    device: 'cpu',
    steps: [...times.map((timeMs, n) => grabStep(source, params, names[n] ?? '', timeMs, share)), ...sprite.steps],
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
    result: { thumbnails: times.map((timeMs, n) => ({ name: names[n] ?? '', timestamp: timeMs / 1000 })) },
    warnings: [],
    estimate: { durationMs: times.length * 200 + (params.sprite ? Math.round(source.durationMs / 10) : 0) },
  };
};
