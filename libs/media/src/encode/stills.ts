import { ffmpegGlobals, guardedInput } from '../argv/guard.ts';
import { oneImage } from '../argv/muxers.ts';
import type { Token } from '../argv/token.ts';
import { alphaDecoding, hasAlpha } from '../colour/alpha.ts';
import { toneMapToSdr } from '../colour/tone-map.ts';
import type { MediaFacts, VideoFacts } from '../facts/media-facts.ts';
import { chain, filter, lastFrameStays } from '../filtergraph/filter.ts';
import type { Framing } from '../ladder/fit.ts';
import { deinterlacing } from './fields.ts';
import type { Capture, Step } from '../plans/plan.ts';

export interface StillSource {
  readonly facts: MediaFacts;
  readonly picture: VideoFacts;
  readonly durationMs: number;
}

export interface Still {
  readonly name: string;
  readonly timeMs: number;
}

export const imageEncoders = {
  jpeg: ['-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p'],
  png: ['-c:v', 'png', '-pix_fmt', 'rgb24'],
  webp: ['-c:v', 'libwebp', '-quality', '85', '-pix_fmt', 'yuv420p'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Of pictures that may be transparent in places. */
const alphaEncoders: Readonly<Partial<Record<string, readonly string[]>>> = {
  png: ['-c:v', 'png', '-pix_fmt', 'rgba'],
  webp: ['-c:v', 'libwebp', '-quality', '85', '-pix_fmt', 'yuva420p'],
};

type ImageFormat = keyof typeof imageEncoders;

const stillGraph = (picture: VideoFacts, { picture: inner, frame }: Framing): string =>
  chain([
    ...deinterlacing(picture),
    ...(picture.isHdr ? toneMapToSdr(picture) : []),
    filter('scale', { w: inner.width, h: inner.height, flags: 'lanczos' }),
    ...(inner.width === frame.width && inner.height === frame.height
      ? []
      : [filter('pad', { w: frame.width, h: frame.height, x: '(ow-iw)/2', y: '(oh-ih)/2' })]),
    filter('setsar', { sar: 1 }),
  ]);

/** Decoders that may be open at once, by what their pictures take. */
const seeksPerProcess = ({ width, height }: VideoFacts, decodersMax: number): number =>
  Math.min(decodersMax, Math.max(1, Math.floor((2_100_000 * decodersMax) / (width * height))));

const secondsOf = ({ timeMs }: Still): string => (timeMs / 1000).toFixed(3);

/** How the frames of stills are reached. */
interface Seeking {
  /** Stands before the first still's name in a step's id. */
  readonly verb: string;
  /** Of full HD and smaller, in one process. */
  readonly decodersMax: number;
  /** Input options that bring the decoder there. */
  readonly options: (still: Still) => readonly string[];
  /** Filters before the picture's own, at an input whose clock starts at `startMs`. */
  readonly filters?: (still: Still, startMs: number) => readonly string[];
  readonly captures?: (still: Still) => readonly Capture[];
  /** A still that is not found is looked for from the beginning. */
  readonly mustFind?: true;
}

/** What every still is like. */
export interface StillLook {
  readonly framing: Framing;
  readonly format: ImageFormat;
}

const exactly: Seeking = {
  verb: 'grab',
  decodersMax: 8,
  options: (still) => ['-ss', secondsOf(still)],
  mustFind: true,
};

/** The first frame at or after a time; behind the last one that one, which still stays. */
const firstAt = (still: Still): readonly string[] => [
  lastFrameStays,
  filter('select', { expr: `gte(t,${secondsOf(still)})` }),
];

const groupStep = (
  { facts, picture }: StillSource,
  { framing, format }: StillLook,
  stills: readonly Still[],
  weight: number,
  { verb, options, filters = () => [], captures = () => [], mustFind }: Seeking,
): Step => {
  const graph = stillGraph(picture, framing);
  const decoding = format in alphaEncoders ? alphaDecoding(picture) : [];
  const output = (still: Still, input: number, before: readonly string[]): Token[] => [
    '-map',
    `${input}:${picture.index}`,
    '-vf',
    chain([...before, graph]),
    ...((hasAlpha(picture) ? alphaEncoders[format] : undefined) ?? imageEncoders[format]),
    ...oneImage,
    { out: still.name },
  ];
  return {
    id: `${verb}-${stills[0]?.name ?? ''}`,
    tool: 'ffmpeg',
    argv: [
      ...ffmpegGlobals,
      ...stills.flatMap((still) => guardedInput('source', facts.demuxer, [...decoding, ...options(still)])),
      ...stills.flatMap((still, n) => output(still, n, filters(still, still.timeMs))),
    ],
    reads: ['source'],
    writes: stills.map(({ name }) => name),
    weight,
    expectedDurationMs: 0,
    capture: stills.flatMap(captures),
    onComplaint: [
      ...ffmpegGlobals,
      ...guardedInput('source', facts.demuxer, decoding),
      ...stills.flatMap((still) => output(still, 0, [...firstAt(still), ...filters(still, 0)])),
    ],
    ...(mustFind ? { mustWriteAll: true } : {}),
  };
};

const seekSteps = (
  source: StillSource,
  look: StillLook,
  stills: readonly Still[],
  weight: number,
  seeking: Seeking,
): Step[] => {
  const size = seeksPerProcess(source.picture, seeking.decodersMax);
  const groups = Array.from({ length: Math.ceil(stills.length / size) }, (_, n) =>
    stills.slice(n * size, (n + 1) * size),
  );
  return groups.map((group) => groupStep(source, look, group, (weight * group.length) / stills.length, seeking));
};

/**
 * Steps that save frames at given times by seeking, several in one process: starting one costs as much as a seek. Where
 * a seek makes the decoder complain, the whole group is decoded in order instead.
 */
export const stillSteps = (source: StillSource, look: StillLook, stills: readonly Still[], weight: number): Step[] =>
  seekSteps(source, look, stills, weight, exactly);

const timeFile = ({ name }: Still): string => `${name}.txt`;

// One thread: each more makes the decoder read one frame on before it gives the first. And it takes half the memory.
const byKeyframe: Seeking = {
  verb: 'keyframe',
  decodersMax: 16,
  options: (still) => ['-threads', '1', '-skip_frame', 'nokey', '-noaccurate_seek', '-ss', secondsOf(still)],
  filters: (still, startMs) => [
    filter('settb', { expr: '1/1000000' }),
    filter('setpts', { expr: `PTS+${startMs * 1000}` }),
    // Frames without any metadata are not printed.
    filter('metadata', { mode: 'add', key: 'still', value: 1 }),
    filter('metadata', { mode: 'print', file: timeFile(still) }),
    // Else the encoder drops what lies before the time that was sought.
    filter('setpts', { expr: 0 }),
  ],
  captures: (still) => [{ name: timeFile(still), from: { scratch: timeFile(still) } }],
};

/**
 * Steps that save a keyframe near each time instead: the last one at or before it, in most files. They cost the same
 * however long the film and however far apart its keyframes. Which frames they were, `keyframeTime` knows afterwards.
 */
export const keyframeSteps = (source: StillSource, look: StillLook, stills: readonly Still[], weight: number): Step[] =>
  seekSteps(source, look, stills, weight, byKeyframe);

/**
 * The time of the frame that a keyframe step saved, rounded down to a millisecond, so that the frame is the first at or
 * after it; null when there was none, undefined before the step has run.
 */
export const keyframeTime = (still: Still, measured: Readonly<Record<string, unknown>>): number | null | undefined => {
  const text = measured[timeFile(still)];
  if (text === undefined) return undefined;
  const ticks = /^frame:\S+\s+pts:(-?\d+)/m.exec(String(text))?.[1];
  return ticks === undefined ? null : Math.max(0, Math.floor(Number(ticks) / 1000));
};
