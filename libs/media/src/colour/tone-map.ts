import { filter } from '../filtergraph/filter.ts';
import type { VideoFacts } from '../facts/media-facts.ts';

/**
 * Brings HDR (PQ or HLG, BT.2020) down to BT.709. A plain change of pixel format keeps the HDR curve and looks grey
 * (saturation 25 instead of 92 on a measured clip). Mobius keeps the mid-tones of SDR material where they are.
 */
export const toneMapToSdr = (picture: VideoFacts): string[] => [
  // zscale refuses sizes that 4:2:0 cannot halve.
  ...(picture.width % 2 === 0 && picture.height % 2 === 0
    ? []
    : [filter('crop', { w: 'trunc(iw/2)*2', h: 'trunc(ih/2)*2' })]),
  // zscale refuses frames without tags ("no path between colorspaces").
  filter('setparams', {
    range: picture.colorRange === 'pc' ? 'pc' : 'tv',
    color_primaries: picture.colorPrimaries ?? 'bt2020',
    color_trc: picture.colorTransfer ?? 'smpte2084',
    colorspace: picture.colorSpace ?? 'bt2020nc',
  }),
  // 203 cd/m2 is HDR reference white, ITU-R BT.2408.
  filter('zscale', { t: 'linear', npl: 203 }),
  filter('format', { pix_fmts: 'gbrpf32le' }),
  filter('zscale', { p: 'bt709' }),
  filter('tonemap', { tonemap: 'mobius', desat: 0 }),
  filter('zscale', { t: 'bt709', m: 'bt709', r: 'tv' }),
];
