import type { VideoFacts } from '../facts/media-facts.ts';
import { filter } from '../filtergraph/filter.ts';
import type { Framing } from '../ladder/fit.ts';
import type { Capabilities } from '../plans/plan.ts';
import { checkSize } from './encoder-sizes.ts';
import { framingFilters, sourceFilters } from './picture.ts';
import type { PixelFormat } from './picture.ts';
import type { Encoder } from './video-encoder.ts';

/** Where a picture is decoded and scaled on its way to the encoder. */
export interface PicturePath {
  /** Options before its `-i`; empty: the CPU decodes it. */
  readonly decoding: readonly string[];
  /** Once, on the decoded picture. */
  readonly source: readonly string[];
  readonly framing: (framed: Framing) => string[];
}

export interface PathRequest {
  readonly picture: VideoFacts;
  readonly encoder: Encoder;
  readonly pixels: PixelFormat;
  /** Filters that give the picture its rate and its beginning. */
  readonly timing: readonly string[];
  readonly framings: readonly Framing[];
  readonly caps: Capabilities;
  /** Filters will draw on the frame. */
  readonly isDrawnOn: boolean;
}

/** NVDEC's own formats, by what it decodes; what is not here is decoded by the CPU. */
const decodedAs: Readonly<Record<string, string>> = { yuv420p: 'nv12', yuv420p10le: 'p010le' };

/** The format of the frames when the GPU decodes them; `null` when it cannot, or nothing would come of it. */
const hardwareFormat = ({ picture, encoder, caps }: PathRequest): string | null => {
  const isDecoded = encoder.device === 'gpu' && caps.hardwareDecoders.includes(picture.codec);
  if (!isDecoded) return null;
  // FFmpeg leaves frames on the GPU unrotated without a word; the CPU's way narrows full range, which scale_cuda does not.
  if (picture.rotation !== 0 || picture.colorRange === 'pc') return null;
  // No NVDEC before Blackwell takes H.264 of 10 bits.
  if (picture.codec === 'h264' && picture.bitDepth > 8) return null;
  return decodedAs[picture.pixFmt] ?? null;
};

const decoding = ({ picture, encoder }: PathRequest): string[] => [
  '-hwaccel',
  'cuda',
  ...(encoder.gpu === undefined ? [] : ['-hwaccel_device', String(encoder.gpu)]),
  // Frames that stay on the GPU cannot be decoded by the CPU unnoticed: the filters would refuse them.
  '-hwaccel_output_format',
  'cuda',
  // Each thread holds surfaces of its own: with many cores NVDEC refuses ("more than 32 decode surfaces").
  '-threads',
  '1',
  // FFmpeg prefers libdav1d, which no GPU helps.
  ...(picture.codec === 'av1' ? [`-c:${picture.index}`, 'av1'] : []),
];

const hasBars = ({ picture, frame }: Framing): boolean =>
  picture.width !== frame.width || picture.height !== frame.height;

/** Only scaling, depth and rate have a form for frames on the GPU that FFmpeg 5.1 and 7.1 both know. */
const staysOnGpu = ({ picture, pixels, timing, framings, caps, isDrawnOn }: PathRequest): boolean =>
  caps.filters.includes('scale_cuda') &&
  !timing.some((each) => each.startsWith('tpad')) &&
  !picture.isInterlaced &&
  !pixels.mustToneMap &&
  !isDrawnOn &&
  !framings.some(hasBars);

const onGpu = (request: PathRequest): PicturePath => {
  const { picture, pixels, timing } = request;
  const hasSquarePixels = picture.sar.num === picture.sar.den;
  const format = pixels.name === 'yuv420p' ? 'nv12' : pixels.name;
  return {
    decoding: decoding(request),
    source: timing,
    framing: ({ picture: { width, height } }) => {
      const isSameSize = width === picture.displayWidth && height === picture.displayHeight && hasSquarePixels;
      const hasSameShape = width * picture.displayHeight === height * picture.displayWidth;
      const scaled = isSameSize
        ? filter('scale_cuda', { format })
        : filter('scale_cuda', { w: width, h: height, interp_algo: 'lanczos', format });
      return [scaled, ...(hasSquarePixels && hasSameShape ? [] : [filter('setsar', { sar: 1 })])];
    },
  };
};

/** The way that keeps most of the work on the GPU, as far as this machine and this picture allow it. */
export const picturePath = (request: PathRequest): PicturePath => {
  for (const { frame } of request.framings) checkSize(request.encoder, frame);
  const { picture, pixels, timing } = request;
  const format = hardwareFormat(request);
  if (format !== null && staysOnGpu(request)) return onGpu(request);
  const download = format === null ? [] : [filter('hwdownload'), filter('format', { pix_fmts: format })];
  return {
    decoding: format === null ? [] : decoding(request),
    source: [...download, ...sourceFilters(picture, timing, pixels)],
    framing: (framed) => framingFilters(picture, framed, pixels),
  };
};
