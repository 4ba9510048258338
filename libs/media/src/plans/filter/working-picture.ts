import { containerRules } from '@ffapi/contracts';
import type { FilterParams, VideoCodec, VideoFilter } from '@ffapi/contracts';
import { carriesAlpha, missesAlpha } from '../../colour/alpha.ts';
import { matrixOf } from '../../colour/colour-matrix.ts';
import type { ColourMatrix } from '../../colour/colour-matrix.ts';
import { isRgb, rgbAsYuv } from '../../colour/colour-tags.ts';
import { toneMapToSdr } from '../../colour/tone-map.ts';
import type { VideoFacts } from '../../facts/media-facts.ts';
import { filter } from '../../filtergraph/filter.ts';
import { deinterlacing } from '../../encode/fields.ts';
import { framesOut } from '../../encode/picture.ts';
import type { PixelFormat } from '../../encode/picture.ts';
import type { PictureState } from './applied.ts';
import { keepsAlpha, needsSdr, worksInEightBitsOnly } from './forms.ts';

/** The picture that the filters are given: whole frames, upright, square pixels, 4:2:0. */
export interface WorkingPicture {
  readonly codec: VideoCodec;
  readonly pixels: PixelFormat;
  readonly matrix: ColourMatrix;
  /** Filters that make it of the decoded source. */
  readonly head: readonly string[];
  readonly state: PictureState;
}

const typesOf = (filters: readonly VideoFilter[]): string => [...new Set(filters.map(({ type }) => type))].join(', ');

const pixelsFor = (
  source: VideoFacts,
  { filters, output_format }: FilterParams,
  warn: (text: string) => void,
): PixelFormat => {
  const opaque = filters.filter((one) => !keepsAlpha(one));
  const isWebm = output_format === 'webm';
  if (isWebm && opaque.length === 0 && carriesAlpha(source, { name: 'libvpx-vp9' }, output_format)) {
    if (source.bitDepth > 8)
      warn(`${source.bitDepth}-bit video becomes 8-bit, because transparency is kept with 8 bits`);
    return { name: 'yuva420p', mustToneMap: false };
  }
  if (missesAlpha(source)) warn(`transparency is lost: ${isWebm ? typesOf(opaque) : output_format} has none here`);
  const shallow = filters.filter(worksInEightBitsOnly);
  const sdr = filters.filter(needsSdr);
  const isOld = containerRules[output_format].pace !== undefined;
  const isDeep = source.bitDepth > 8 && shallow.length === 0 && !isOld;
  const mustToneMap = source.isHdr && (!isDeep || sdr.length > 0);
  const why = isOld ? output_format : typesOf(shallow);
  if (mustToneMap)
    warn(`HDR is mapped to SDR: ${isOld ? output_format : typesOf(sdr.length > 0 ? sdr : shallow)} cannot work on HDR`);
  if (source.bitDepth > 8 && !isDeep) warn(`${source.bitDepth}-bit video becomes 8-bit: ${why} cannot work on more`);
  if (isDeep && output_format !== 'webm')
    warn(`encoded as HEVC to keep ${source.bitDepth > 10 ? '10 of its ' : ''}${source.bitDepth} bits`);
  if (/^yuvj?4(22|44)/.test(source.pixFmt)) warn(`colour is subsampled from ${source.pixFmt} to 4:2:0`);
  return { name: isDeep ? 'yuv420p10le' : 'yuv420p', mustToneMap };
};

const wholePictures = (source: VideoFacts, filters: readonly VideoFilter[]): string[] => {
  const asked = filters.find((one) => one.type === 'deinterlace');
  const parity = { auto: 'auto', top: 'tff', bottom: 'bff' } as const;
  if (asked)
    return [filter('bwdif', { mode: `send_${asked.params.rate}`, parity: parity[asked.params.parity], deint: 'all' })];
  return deinterlacing(source);
};

const stateOf = (
  source: VideoFacts,
  filters: readonly VideoFilter[],
  mustToneMap: boolean,
  durationMs: number | null,
): PictureState => {
  const isFields = filters.some((one) => one.type === 'deinterlace' && one.params.rate === 'field');
  const frames = framesOut(source, null, durationMs);
  // Tone mapping cuts odd sizes.
  const side = (value: number): number => (mustToneMap ? value - (value % 2) : value);
  return {
    width: side(source.displayWidth),
    height: side(source.displayHeight),
    fps: isFields ? { num: source.fps.num * 2, den: source.fps.den } : source.fps,
    isVfr: source.isVfr,
    frames: frames === null || !isFields ? frames : frames * 2,
    durationMs: source.durationMs ?? durationMs,
    tempo: 1,
  };
};

/** How a source is prepared for its filters; warns of what it loses on the way. */
export const workingPicture = (
  source: VideoFacts,
  params: FilterParams,
  durationMs: number | null,
  warn: (text: string) => void,
): WorkingPicture => {
  const pixels = pixelsFor(source, params, warn);
  const state = stateOf(source, params.filters, pixels.mustToneMap, durationMs);
  const isSquare = source.sar.num === source.sar.den;
  const head = [
    ...wholePictures(source, params.filters),
    ...(pixels.mustToneMap ? toneMapToSdr(source) : []),
    ...(pixels.mustToneMap ? [] : rgbAsYuv(source)),
    ...(isSquare ? [] : [filter('scale', { w: state.width, h: state.height, flags: 'lanczos' })]),
    ...(source.colorRange === 'pc' && !isRgb(source) && !pixels.mustToneMap
      ? [filter('scale', { out_range: 'tv' })]
      : []),
    filter('format', { pix_fmts: pixels.name }),
    filter('setsar', { sar: 1 }),
  ];
  const deepCodec = params.output_format === 'webm' ? 'vp9' : 'hevc';
  const [plainCodec] = containerRules[params.output_format].video as readonly VideoCodec[];
  return {
    codec: pixels.name === 'yuv420p10le' ? deepCodec : (plainCodec ?? 'h264'),
    pixels,
    matrix: pixels.mustToneMap
      ? 'bt709'
      : matrixOf({ ...source, colorSpace: isRgb(source) ? null : source.colorSpace }),
    head,
    state,
  };
};
