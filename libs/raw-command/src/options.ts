import { areEncoderParams } from './encoder-params.ts';
import { refuseRaw } from './raw-command.ts';

/** What may follow an option; `flag` takes nothing. */
type Value = 'flag' | 'filter' | 'params' | RegExp | readonly string[];

const time = /^-?(\d{1,7}(\.\d{1,9})?(ms|us|s)?|\d{1,3}:\d{1,2}(:\d{1,2})?(\.\d{1,9})?)$/;
const integer = /^-?\d{1,10}$/;
const number = /^-?\d{1,10}(\.\d{1,10})?$/;
const rate = /^\d{1,9}(\.\d{1,6})?[kKMG]?$/;
const ratio = /^\d{1,9}(\.\d{1,9})?([/:]\d{1,9})?$/;
const word = /^[\w+.-]{1,64}$/;
const size = /^(\d{1,5}x\d{1,5}|[a-z0-9]{2,10})$/;
/** Flags that are switched on and off: +a-b. */
const switches = (names: string): RegExp => new RegExp(`^[+-]?(${names})([+-](${names}))*$`);

const encoders = [
  ...'copy libx264 libx265 libsvtav1 libaom-av1 libvpx libvpx-vp9 h264_nvenc hevc_nvenc av1_nvenc mpeg4 mpeg2video mjpeg png'.split(
    ' ',
  ),
  ...'libwebp gif prores prores_ks ffv1 rawvideo bmp tiff dnxhd libtheora'.split(' '),
  ...'aac libmp3lame mp3 libopus opus libvorbis vorbis flac alac ac3 eac3 pcm_s16le pcm_s24le pcm_s32le pcm_f32le wmav2'.split(
    ' ',
  ),
  ...'h264 hevc av1 vp9 mov_text srt subrip ass webvtt'.split(' '),
];

/** Containers by the ending of an output's name; a muxer that writes more than one file is not among them. */
export const muxers: Readonly<Record<string, string>> = {
  mp4: 'mp4',
  m4v: 'mp4',
  mov: 'mov',
  mkv: 'matroska',
  webm: 'webm',
  avi: 'avi',
  flv: 'flv',
  wmv: 'asf',
  wma: 'asf',
  ts: 'mpegts',
  mp3: 'mp3',
  m4a: 'ipod',
  aac: 'adts',
  wav: 'wav',
  flac: 'flac',
  ogg: 'ogg',
  opus: 'opus',
  gif: 'gif',
  jpg: 'image2',
  jpeg: 'image2',
  png: 'image2',
  bmp: 'image2',
  webp: 'webp',
  tiff: 'image2',
  srt: 'srt',
  vtt: 'webvtt',
  ass: 'ass',
};

const timing: Readonly<Record<string, Value>> = { ss: time, t: time, to: time, itsoffset: time, sseof: time };

const inputOptions: Readonly<Record<string, Value>> = {
  ...timing,
  r: ratio,
  stream_loop: /^\d{1,4}$/,
  accurate_seek: 'flag',
  noaccurate_seek: 'flag',
  an: 'flag',
  vn: 'flag',
  sn: 'flag',
  dn: 'flag',
  autorotate: 'flag',
  noautorotate: 'flag',
  fflags: switches('genpts|igndts|discardcorrupt|nobuffer'),
  threads: /^\d{1,2}$/,
};

const outputOptions: Readonly<Record<string, Value>> = {
  ...timing,
  c: encoders,
  codec: encoders,
  vcodec: encoders,
  acodec: encoders,
  scodec: encoders,
  map: /^-?(\d{1,2}(:[\w:]{1,64})?\??|\[[\w:]{1,64}\])$/,
  map_metadata: /^(-1|\d{1,2})(:[\w:]{1,16})?$/,
  map_chapters: /^-1$|^\d{1,2}$/,
  metadata: /^[\w-]{1,64}=[^\0]{0,1024}$/,
  disposition: /^[\w+-]{1,64}$/,
  vf: 'filter',
  af: 'filter',
  filter: 'filter',
  b: rate,
  ab: rate,
  vb: rate,
  maxrate: rate,
  minrate: rate,
  bufsize: rate,
  crf: number,
  q: number,
  qscale: number,
  aq: number,
  qmin: integer,
  qmax: integer,
  cq: number,
  qp: integer,
  rc: word,
  preset: word,
  tune: word,
  profile: word,
  level: word,
  tier: word,
  pix_fmt: word,
  r: ratio,
  fpsmax: ratio,
  s: size,
  aspect: ratio,
  g: integer,
  bf: integer,
  keyint_min: integer,
  sc_threshold: integer,
  refs: integer,
  force_key_frames: /^(\d[\d.,:]{0,512}|expr:[\w\s.,+*/()<>=-]{1,256})$/,
  ar: integer,
  ac: integer,
  channel_layout: word,
  sample_fmt: word,
  vol: integer,
  frames: integer,
  vframes: integer,
  aframes: integer,
  shortest: 'flag',
  an: 'flag',
  vn: 'flag',
  sn: 'flag',
  dn: 'flag',
  vsync: ['0', '1', '2', '-1', 'passthrough', 'cfr', 'vfr', 'drop', 'auto'],
  fps_mode: ['passthrough', 'cfr', 'vfr', 'drop', 'auto'],
  copyts: 'flag',
  start_at_zero: 'flag',
  avoid_negative_ts: ['auto', 'make_non_negative', 'make_zero', 'disabled'],
  max_muxing_queue_size: integer,
  movflags: switches(
    'faststart|frag_keyframe|empty_moov|default_base_moof|use_metadata_tags|negative_cts_offsets|cmaf',
  ),
  fflags: switches('genpts|bitexact|flush_packets'),
  flags: switches('global_header|cgop|ildct|ilme|low_delay|bitexact|qscale|mv4'),
  tag: /^(0x[0-9a-fA-F]{1,8}|[\w ]{4})$/,
  vtag: /^[\w ]{4}$/,
  atag: /^[\w ]{4}$/,
  strict: ['-2', '-1', '0', '1', '2', 'experimental', 'unofficial', 'normal', 'strict', 'very'],
  compression_level: integer,
  quality: word,
  lossless: integer,
  loop: integer,
  'row-mt': integer,
  'tile-columns': integer,
  'tile-rows': integer,
  'cpu-used': integer,
  'auto-alt-ref': integer,
  'lag-in-frames': integer,
  deadline: word,
  speed: integer,
  application: word,
  vbr: word,
  cutoff: integer,
  frame_duration: number,
  id3v2_version: integer,
  write_xing: integer,
  color_primaries: word,
  color_trc: word,
  colorspace: word,
  color_range: word,
  field_order: word,
  threads: /^\d{1,2}$/,
  'x264-params': 'params',
  x264opts: 'params',
  'x265-params': 'params',
  'svtav1-params': 'params',
  'spatial-aq': integer,
  'temporal-aq': integer,
  f: [...new Set(Object.values(muxers))],
  filter_complex: 'filter',
  lavfi: 'filter',
};

/** Said for the terminal only: accepted, and left out. */
const ignored: Readonly<Record<string, 'flag' | 'value'>> = {
  hide_banner: 'flag',
  y: 'flag',
  n: 'flag',
  nostdin: 'flag',
  stats: 'flag',
  nostats: 'flag',
  loglevel: 'value',
  v: 'value',
};

export type Side = 'input' | 'output';

/** `-name:specifier` as name and specifier; the option's name alone decides what may follow. */
const nameOf = (option: string): string => {
  const [, name] = /^-([a-z][\w-]{0,40}|x26[45]-params|x264opts)(:[\w:]{1,32})?$/.exec(option) ?? [];
  return name ?? refuseRaw('forbidden_pattern', `“${option.slice(0, 60)}” is not an option`);
};

export interface TakenOption {
  /** The words to keep; none for what is said to the terminal only. */
  readonly words: readonly string[];
  readonly filter: string | null;
  readonly isGraph: boolean;
  readonly name: string;
  /** How many words of the command were used. */
  readonly used: 1 | 2;
}

const fits = (expected: Value, value: string): boolean => {
  if (expected === 'filter') return true;
  if (expected === 'params') return areEncoderParams(value);
  if (expected instanceof RegExp) return expected.test(value);
  return (expected as readonly string[]).includes(value);
};

/** Looks up the option that stands first, with its value; refuses what is not in the table of its side. */
export const takeOption = (words: readonly string[], side: Side): TakenOption => {
  const [option = '', value] = words;
  const name = nameOf(option);
  const quiet = Object.hasOwn(ignored, name) ? ignored[name] : undefined;
  const base = { filter: null, isGraph: false, name };
  if (quiet !== undefined) return { ...base, words: [], used: quiet === 'flag' ? 1 : 2 };
  const table = side === 'input' ? inputOptions : outputOptions;
  const expected = Object.hasOwn(table, name) ? table[name] : undefined;
  if (expected === undefined)
    return refuseRaw(
      'forbidden_pattern',
      `the option ${option} is not allowed ${side === 'input' ? 'before an input' : 'here'}`,
    );
  if (expected === 'flag') return { ...base, words: [option], used: 1 };
  if (value === undefined) return refuseRaw('invalid_command', `${option} needs a value`);
  if (!fits(expected, value)) refuseRaw('forbidden_pattern', `${option} does not take “${value.slice(0, 60)}”`);
  const isGraph = name === 'filter_complex' || name === 'lavfi';
  return { ...base, words: [option, value], filter: expected === 'filter' ? value : null, isGraph, used: 2 };
};
