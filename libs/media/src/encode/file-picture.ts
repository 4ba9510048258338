import type { Hardware, TranscodeIntent, VideoCodec } from '@ffapi/contracts';
import type { Token } from '../argv/token.ts';
import { alphaDecoding, carriesAlpha } from '../colour/alpha.ts';
import { matrixOf } from '../colour/colour-matrix.ts';
import { colourTags, isRgb } from '../colour/colour-tags.ts';
import { masteringOptions } from '../colour/mastering-options.ts';
import { exactRate } from '../facts/exact-rate.ts';
import { ratio } from '../facts/media-facts.ts';
import type { VideoFacts } from '../facts/media-facts.ts';
import { framing } from '../ladder/fit.ts';
import type { Framing } from '../ladder/fit.ts';
import type { Capabilities } from '../plans/plan.ts';
import { encodeEstimateMs } from './estimate.ts';
import { frameTiming, framesOut, ownTiming, pixelFormat, rateFilters, rateForX265 } from './picture.ts';
import type { PixelFormat } from './picture.ts';
import { picturePath } from './picture-path.ts';
import { copiesPicture } from './sources.ts';
import { graphArgs } from './laid-over.ts';
import type { LaidOver } from './laid-over.ts';
import { limitArgs } from './encoder-limits.ts';
import { fileKeyframes } from './file-keyframes.ts';
import { isPeakLoose } from './peak-rate.ts';
import { chooseEncoder, encoderArgs } from './video-encoder.ts';
import type { Encoder } from './video-encoder.ts';

export interface PlanContext {
  readonly caps: Capabilities;
  readonly hardware: Hardware;
  readonly warn: (text: string) => void;
  /** What the picture comes from. */
  readonly demuxer: string;
  /** Filters that draw on the finished frame; with any, the picture is encoded in any case. */
  readonly drawn?: readonly string[];
  /** What lies over the frame behind all filters. */
  readonly over?: LaidOver;
  /** Filters that give the picture its rate and its beginning, in a container without times; null: it keeps its own. */
  readonly pace: readonly string[] | null;
}

/** What happens to the picture of a single file. */
export interface PicturePlan {
  /** What is mapped: a stream of the source, or the end of a graph. */
  readonly from: string;
  readonly args: Token[];
  /** The same for the analysing pass; null when there is one pass only. */
  readonly analysis: Token[] | null;
  readonly codecShown: string;
  readonly device: 'cpu' | 'gpu';
  /** Options before the input that have the GPU decode it; empty: the CPU does. */
  readonly decoding: readonly string[];
  /** All options before the input. */
  readonly input: readonly string[];
  readonly framed: Framing | null;
  readonly estimateMs: number;
}

/** The tags without which QuickTime does not play HEVC, and old players of AVI not MPEG-4. */
export const codecTag = (codec: string, container: string): string[] => {
  if (codec === 'mpeg4' && container === 'avi') return ['-tag:v', 'XVID'];
  return codec === 'hevc' && (container === 'mp4' || container === 'mov') ? ['-tag:v', 'hvc1'] : [];
};

const copyPicture = (picture: VideoFacts, intent: TranscodeIntent): PicturePlan => ({
  from: `0:${picture.index}`,
  args: ['-c:v', 'copy', ...codecTag(picture.codec, intent.container)],
  analysis: null,
  codecShown: picture.codec,
  device: 'cpu',
  decoding: [],
  input: [],
  framed: null,
  estimateMs: 500,
});

/** libvpx refuses transparency beside its hidden frames. */
export const alphaArgs = ['-auto-alt-ref', '0', '-pix_fmt', 'yuva420p'];

/** A profile of ten bits is only written of ten. */
const deepened = (pixels: PixelFormat, { device }: Encoder, { profile }: TranscodeIntent): PixelFormat =>
  profile === 'main10' && pixels.name === 'yuv420p'
    ? { ...pixels, name: device === 'gpu' ? 'p010le' : 'yuv420p10le' }
    : pixels;

/** Options of one of two passes, whose notes lie under this name in the scratch folder. */
export const passArgs = (
  encoder: Encoder,
  pass: 1 | 2,
  notes = 'passlog',
): { readonly flags: Token[]; readonly x265: string[] } =>
  // libx265 ignores -pass: it wants its own option, with a name relative to the scratch folder the tool runs in.
  encoder.codec === 'hevc'
    ? { flags: [], x265: [`pass=${pass}`, `stats=${notes}`] }
    : { flags: ['-pass', String(pass), '-passlogfile', { scratch: notes }], x265: [] };

const encodePicture = (
  picture: VideoFacts,
  durationMs: number | null,
  intent: TranscodeIntent,
  context: PlanContext,
): PicturePlan => {
  const encoder = chooseEncoder(
    intent.video as VideoCodec,
    intent.encoderHardware ?? context.hardware,
    context.caps,
    context.warn,
  );
  const keepsAlpha = context.drawn === undefined && carriesAlpha(picture, encoder, intent.container);
  const pixels = deepened(pixelFormat(picture, encoder, context.warn, keepsAlpha), encoder, intent);
  const source = { width: picture.displayWidth, height: picture.displayHeight };
  const framed = framing(source, intent.resolution, intent.mayUpscale);
  if (framed.picture.width * framed.picture.height > source.width * source.height * 1.02)
    context.warn('the picture is enlarged beyond its source');
  const path = picturePath({
    picture,
    encoder,
    pixels,
    timing: context.pace ?? rateFilters(picture, intent.fps),
    framings: [framed],
    caps: context.caps,
    isDrawnOn: context.drawn !== undefined,
  });
  const matrix = pixels.mustToneMap
    ? 'bt709'
    : matrixOf({ ...picture, colorSpace: isRgb(picture) ? null : picture.colorSpace });
  const graph = graphArgs(
    picture.index,
    [...path.source, ...path.framing(framed), ...(context.drawn ?? [])],
    context.over?.graph(framed.frame, matrix) ?? null,
  );
  const isOwn = intent.fps === null && encoder.device === 'cpu';
  const timing = isOwn ? ownTiming(picture, intent.container) : frameTiming(intent.fps);
  const limits = limitArgs(encoder, intent, framed.frame, /10/.test(pixels.name) ? 10 : 8, context.warn);
  const fps = intent.fps === null ? picture.fps : exactRate(intent.fps);
  const depth = intent.profile === 'main10' ? ['-pix_fmt', pixels.name] : [];
  const manner = [...depth, ...limits.args, ...fileKeyframes(encoder, intent, fps)];
  const shared: Token[] = [...graph.args, ...timing, ...colourTags(picture, pixels), ...(keepsAlpha ? alphaArgs : [])];
  const mastering = masteringOptions(picture, pixels, encoder, context.warn);
  const own = [...(isOwn ? rateForX265(picture) : []), ...limits.x265, ...mastering.x265];
  const tag = codecTag(encoder.codec, intent.container);
  const frames =
    framesOut(picture, intent.fps, durationMs) ?? Math.round(((durationMs ?? 0) / 1000) * (ratio(picture.fps) || 25));
  const estimateMs = encodeEstimateMs(encoder.codec, encoder.device, frames, [framed.frame]);
  const { codec: codecShown, device } = encoder;
  const input = keepsAlpha ? alphaDecoding(picture) : path.decoding;
  const isLoose = isPeakLoose(encoder, intent);
  // Only what it has looked at before does libvpx share out within a peak.
  const planned = isLoose && encoder.codec === 'vp9' ? { ...intent, isTwoPass: true } : intent;
  const base = { from: graph.from, codecShown, device, decoding: path.decoding, input, framed, estimateMs };
  const argsWith = (x265: readonly string[]): Token[] => [
    ...shared,
    ...encoderArgs(encoder, planned, { ...planned, frame: framed.frame }, [...own, ...x265]),
    ...mastering.args,
    ...manner,
  ];
  if (!planned.isTwoPass || encoder.device === 'gpu')
    return { ...base, args: [...argsWith([]), ...tag], analysis: null };
  const [first, second] = [passArgs(encoder, 1), passArgs(encoder, 2)];
  return {
    ...base,
    analysis: [...argsWith(first.x265), ...first.flags],
    args: [...argsWith(second.x265), ...second.flags, ...tag],
  };
};

/** The picture's arguments: copied where encoding would change nothing, otherwise encoded. */
export const planPicture = (
  picture: VideoFacts,
  durationMs: number | null,
  intent: TranscodeIntent,
  context: PlanContext,
): PicturePlan => {
  if (context.drawn !== undefined || !copiesPicture(picture, context.demuxer, intent))
    return encodePicture(picture, durationMs, intent, context);
  if (intent.video !== 'copy') context.warn('the video stream already is what was asked for, and is copied');
  return copyPicture(picture, intent);
};
