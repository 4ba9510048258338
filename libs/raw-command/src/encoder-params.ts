/** What a setting may be; a name of a file is none of these. */
const number = /^-?\d{1,10}(\.\d{1,6})?$/;
const numbers = /^-?\d{1,6}(\.\d{1,6})?(,-?\d{1,6}(\.\d{1,6})?){0,3}$/;
const toggle = /^([01]|true|false|yes|no)$/;
const words = (list: string): RegExp => new RegExp(`^(${list.replaceAll(' ', '|')})$`);
/** As many as any encoder of this platform has. */
const threads = /^([0-9]|1[0-6])$/;

const each = (names: string, value: RegExp): [string, RegExp][] => names.split(' ').map((name) => [name, value]);

/**
 * Encoders' own settings, in `-x264-params` and the like. Those that name a file are absent: statistics, quantisers by
 * frame, reconstructed pictures, tables of lambdas and of scaling.
 */
const settings: ReadonlyMap<string, RegExp> = new Map([
  ...each('aq-mode aq-strength b-adapt bframes bitrate bufsize crf film-grain fast-decode ipratio lookahead', number),
  ...each(
    'maxrate merange min-keyint pbratio psy-rd psy-rdoq qcomp qpmax qpmin ratetol rc-lookahead rd ref scenecut',
    number,
  ),
  ...each('slices subme trellis vbv-bufsize vbv-init vbv-maxrate weightp', number),
  ...each('cabac hdr-opt lossless mbtree open-gop psy repeat-headers sao strong-intra-smoothing weightb wpp', toggle),
  ...each('deblock', numbers),
  ...each('keyint', /^(\d{1,6}s?|-1|infinite)$/),
  ...each('threads frame-threads', threads),
  ...each('pools', /^(none|([0-9]|1[0-6]|[+-])(,([0-9]|1[0-6]|[+-])){0,7})$/),
  ...each('level', /^(\d(\.\d)?|\d\d|1b)$/),
  ...each('preset', /^(\d{1,2}|ultrafast|superfast|veryfast|faster|fast|medium|slow|slower|veryslow|placebo)$/),
  ...each(
    'tune',
    /^(\d|film|animation|grain|stillimage|psnr|ssim|fastdecode|zerolatency)(,(fastdecode|zerolatency))?$/,
  ),
  ...each(
    'profile',
    /^(\d|baseline|main|high|high10|high422|high444|main10|main12|mainstillpicture|main-intra|main10-intra)$/,
  ),
  ...each('tier', words('main high 0 1')),
  ...each('me', /^([0-5]|dia|hex|umh|esa|tesa|star|sea|full)$/),
  ...each('direct', words('none spatial temporal auto')),
  ...each('nal-hrd', words('none vbr cbr')),
  ...each('rc', /^(\d|crf|cqp|vbr|cbr|abr)$/),
  ...each('range', words('limited full tv pc auto')),
  ...each('videoformat', words('component pal ntsc secam mac undef')),
  ...each('log-level', /^(-1|[0-4]|none|error|warning|info|debug|full)$/),
  ...each('colormatrix colorprim transfer', /^[a-z][a-z0-9-]{1,24}$/i),
]);

/** Settings that may stand without a value. */
const bare = new Set(
  'cabac fast-decode hdr-opt lossless mbtree open-gop psy repeat-headers sao strong-intra-smoothing weightb wpp'.split(
    ' ',
  ),
);

const partsMax = 40;

const isKnown = (part: string): boolean => {
  const at = part.indexOf('=');
  if (at === -1) return bare.has(part) || (part.startsWith('no-') && bare.has(part.slice(3)));
  return settings.get(part.slice(0, at))?.test(part.slice(at + 1)) ?? false;
};

/** Whether a list of an encoder's own settings holds only those that are known, each with a value of its kind. */
export const areEncoderParams = (text: string): boolean => {
  const parts = text.replace(/:$/, '').split(':');
  return parts.length <= partsMax && parts.every(isKnown);
};
