import { ffmpegGlobals, guardedInput } from '../../argv/guard.ts';
import type { Token } from '../../argv/token.ts';
import { toneMapToSdr } from '../../colour/tone-map.ts';
import type { MediaFacts, VideoFacts } from '../../facts/media-facts.ts';
import { chain, filter } from '../../filtergraph/filter.ts';
import type { Framing } from '../../ladder/fit.ts';
import type { Step } from '../plan.ts';

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

export type ImageFormat = keyof typeof imageEncoders;

const stillGraph = (picture: VideoFacts, { picture: inner, frame }: Framing): string =>
  chain([
    ...(picture.isHdr ? toneMapToSdr(picture) : []),
    filter('scale', { w: inner.width, h: inner.height, flags: 'lanczos' }),
    ...(inner.width === frame.width && inner.height === frame.height
      ? []
      : [filter('pad', { w: frame.width, h: frame.height, x: '(ow-iw)/2', y: '(oh-ih)/2' })]),
    filter('setsar', { sar: 1 }),
  ]);

/** Decoders that may be open at once, by what their pictures take. */
const seeksPerProcess = ({ width, height }: VideoFacts): number =>
  Math.min(8, Math.max(1, Math.floor(16_800_000 / (width * height))));

const secondsOf = ({ timeMs }: Still): string => (timeMs / 1000).toFixed(3);

const groupStep = (
  source: StillSource,
  framed: Framing,
  format: ImageFormat,
  stills: readonly Still[],
  weight: number,
): Step => {
  const { facts, picture } = source;
  const graph = stillGraph(picture, framed);
  const output = (still: Still, input: number, filters: string): Token[] => [
    '-map',
    `${input}:${picture.index}`,
    '-vf',
    filters,
    ...imageEncoders[format],
    '-frames:v',
    '1',
    '-update',
    '1',
    '-f',
    'image2',
    { out: still.name },
  ];
  return {
    id: `grab-${stills[0]?.name ?? ''}`,
    tool: 'ffmpeg',
    argv: [
      ...ffmpegGlobals,
      ...stills.flatMap((still) => guardedInput('source', facts.demuxer, ['-ss', secondsOf(still)])),
      ...stills.flatMap((still, n) => output(still, n, graph)),
    ],
    reads: ['source'],
    writes: stills.map(({ name }) => name),
    weight,
    expectedDurationMs: 0,
    onComplaint: [
      ...ffmpegGlobals,
      ...guardedInput('source', facts.demuxer),
      ...stills.flatMap((still) =>
        output(still, 0, chain([filter('select', { expr: `gte(t,${secondsOf(still)})` }), graph])),
      ),
    ],
  };
};

/**
 * Steps that save frames at given times by seeking, several in one process: starting one costs as much as a seek. Where
 * a seek makes the decoder complain, the whole group is decoded in order instead.
 */
export const stillSteps = (
  source: StillSource,
  framed: Framing,
  format: ImageFormat,
  stills: readonly Still[],
  weight: number,
): Step[] => {
  const size = seeksPerProcess(source.picture);
  const groups = Array.from({ length: Math.ceil(stills.length / size) }, (_, n) =>
    stills.slice(n * size, (n + 1) * size),
  );
  return groups.map((group) => groupStep(source, framed, format, group, (weight * group.length) / stills.length));
};
