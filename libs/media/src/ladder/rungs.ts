import type { RungIntent, TranscodeIntent, VideoCodec } from '@ffapi/contracts';
import { fitInside, framing } from './fit.ts';
import type { Framing, Size } from './fit.ts';

export interface Rung extends Framing {
  readonly name: string;
  readonly videoBitrate: number | null;
  readonly maxBitrate: number | null;
}

/** Peak rates for H.264 at 16:9, close to Apple's HLS authoring specification. */
const defaultRungs: readonly (Size & { readonly maxBitrate: number })[] = [
  { width: 3840, height: 2160, maxBitrate: 20_000_000 },
  { width: 1920, height: 1080, maxBitrate: 8_000_000 },
  { width: 1280, height: 720, maxBitrate: 4_500_000 },
  { width: 854, height: 480, maxBitrate: 2_000_000 },
  { width: 640, height: 360, maxBitrate: 1_100_000 },
];

/** What a newer codec needs of H.264's rate for the same picture. */
const rateFactor: Readonly<Partial<Record<VideoCodec, number>>> = { hevc: 0.65, vp9: 0.7, av1: 0.6 };

const rungName = (frame: Size): string => `${Math.min(frame.width, frame.height)}p`;

const peakFor = (frame: Size): number => {
  const pixels = frame.width * frame.height;
  return (
    (defaultRungs.findLast((rung) => rung.width * rung.height >= pixels * 0.9) ?? defaultRungs[0])?.maxBitrate ?? 8e6
  );
};

const toRung = (framed: Framing, rates: { video: number | null; max: number | null }): Rung => ({
  ...framed,
  name: rungName(framed.frame),
  videoBitrate: rates.video,
  maxBitrate: rates.max,
});

const givenRung = (picture: Size, rung: RungIntent, factor: number): Rung => {
  const framed = framing(picture, rung.resolution, false);
  const max = rung.maxBitrate ?? (rung.videoBitrate === null ? Math.round(peakFor(framed.frame) * factor) : null);
  return toRung(framed, { video: rung.videoBitrate, max });
};

// Two rungs of one size are one rung: small sources make several named sizes collapse.
const distinct = (rungs: readonly Rung[]): Rung[] => {
  const seen = new Set<string>();
  return rungs.filter((rung) => {
    const key = `${rung.frame.width}x${rung.frame.height}`;
    return seen.has(key) ? false : Boolean(seen.add(key));
  });
};

const uniqueNames = (rungs: readonly Rung[]): Rung[] =>
  rungs.map((rung, at) =>
    rungs.findIndex((other) => other.name === rung.name) === at ? rung : { ...rung, name: `${rung.name}-${at}` },
  );

/** The renditions of an adaptive stream, largest first; never larger than the source unless the request said so. */
export const ladderFor = (picture: Size, intent: TranscodeIntent, codec: VideoCodec): Rung[] => {
  const factor = rateFactor[codec] ?? 1;
  if (intent.ladder !== null)
    return uniqueNames(distinct(intent.ladder.map((rung) => givenRung(picture, rung, factor))));
  const top = framing(picture, intent.resolution, intent.mayUpscale);
  const below = defaultRungs
    .map((box) =>
      fitInside(picture, picture.height > picture.width ? { width: box.height, height: box.width } : box, false),
    )
    .filter((size) => size.width * size.height < top.frame.width * top.frame.height * 0.8)
    .map((size) => toRung({ picture: size, frame: size }, { video: null, max: Math.round(peakFor(size) * factor) }));
  const topPeak = intent.maxBitrate ?? (intent.videoBitrate === null ? Math.round(peakFor(top.frame) * factor) : null);
  return uniqueNames(distinct([toRung(top, { video: intent.videoBitrate, max: topPeak }), ...below]));
};
