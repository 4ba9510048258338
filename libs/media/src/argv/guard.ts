import { framePixelsMax } from '@ffapi/contracts';
import type { Token } from './token.ts';

/** Decoders that inputs may use: what cameras, editors and the web produce, and none of the exotic rest. */
const decoders = [
  'h264,hevc,av1,libdav1d,libaom-av1,vp9,libvpx-vp9,vp8,libvpx,mpeg4,msmpeg4,msmpeg4v2,mpeg2video,mpeg1video,h263,flv',
  'theora,prores,dnxhd,mjpeg,rawvideo,ffv1,huffyuv,ffvhuff,wmv1,wmv2,wmv3,vc1,dvvideo,png,apng,gif,webp,bmp,tiff,v210,qtrle',
  'aac,aac_latm,mp3,mp3float,mp2,mp2float,opus,libopus,vorbis,libvorbis,flac,alac,tta,wavpack,ape,ac3,eac3,dca,truehd,wmav1,wmav2,amrnb,amrwb',
  'pcm_s8,pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be',
  'pcm_alaw,pcm_mulaw,pcm_bluray,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt',
  'mov_text,subrip,srt,ass,ssa,webvtt,text,dvdsub,dvbsub,pgssub,cc_dec',
].join(',');

/** Codecs whose decoder has another name. */
const decoderNames: Readonly<Record<string, string>> = { dts: 'dca', amr_nb: 'amrnb', amr_wb: 'amrwb' };
const allowed = new Set(decoders.split(','));

/** Whether a codec, as a probe names it, has a decoder that inputs may use. */
export const canDecode = (codec: string): boolean => allowed.has(decoderNames[codec] ?? codec);

export const pixelsMax = framePixelsMax;

/**
 * Options that must stand before an untrusted `-i`: only local files, only the demuxer its first bytes name, only known
 * decoders, bounded pixels and streams. The format list is what stops a playlist from opening other files.
 */
export const inputGuard = (demuxer: string): string[] => [
  '-protocol_whitelist',
  'file,pipe',
  '-format_whitelist',
  demuxer,
  '-codec_whitelist',
  decoders,
  '-max_pixels',
  String(pixelsMax),
  '-max_streams',
  '32',
  '-f',
  demuxer,
];

/** What every FFmpeg call begins with. */
export const ffmpegGlobals: readonly Token[] = [
  '-hide_banner',
  '-nostdin',
  '-y',
  '-loglevel',
  'level+warning',
  '-nostats',
  '-progress',
  'pipe:1',
  '-stats_period',
  '0.5',
  '-filter_threads',
  { resolved: 'filterThreads' },
  '-filter_complex_threads',
  { resolved: 'filterThreads' },
];

/** An input with its guard; `before` are options such as `-ss`. */
export const guardedInput = (name: string, demuxer: string, before: readonly string[] = []): Token[] => [
  ...inputGuard(demuxer),
  ...(before.some((option) => /^-threads(:|$)/.test(option))
    ? []
    : ['-threads', { resolved: 'decoderThreads' } as const]),
  ...before,
  '-i',
  { in: name },
];
