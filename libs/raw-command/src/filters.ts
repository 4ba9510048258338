import { checkExtents, type FilterUse } from './extents.ts';
import { refuseRaw } from './raw-command.ts';

/**
 * Filters that a hand-written graph may use: none of them opens a file, a socket or a device, loads code or a model, or
 * keeps a whole film in memory (as reverse does).
 */
const safeFilters = new Set(
  [
    'acompressor acopy acrossfade acrusher adeclick adelay aecho afade afftdn aformat agate alimiter aloop amerge amix anlmdn',
    'anull anullsrc apad aphaser aresample asetnsamples asetpts asetrate asettb asplit atempo atrim aselect bandpass bandreject',
    'bass bs2b channelmap channelsplit chorus compand compensationdelay crossfeed crystalizer dcshift deesser dialoguenhance',
    'drmeter dynaudnorm earwax equalizer extrastereo flanger highpass highshelf join loudnorm lowpass lowshelf mcompand pan',
    'replaygain sidechaincompress sidechaingate silencedetect silenceremove sine speechnorm stereotools stereowiden superequalizer',
    'surround tiltshelf treble tremolo vibrato virtualbass volume volumedetect astats',
    'alphaextract alphamerge avgblur bilateral blackdetect blackframe blend blurdetect boxblur bwdif cas chromakey chromahold',
    'chromanr chromashift colorbalance colorchannelmixer colorcontrast colorcorrect colorhold colorize colorkey colorlevels',
    'colorspace colortemperature concat convolution copy crop cropdetect curves dblur deband deblock dedot deflicker dejudder',
    'despill dilation displace drawbox drawgrid drawtext edgedetect elbg entropy eq erosion exposure fade fftdnoiz',
    'fieldorder field fillborders format fps framepack framerate framestep freezedetect freezeframes gblur grayworld hflip',
    'histeq histogram hqdn3d hqx hstack hsvhold hsvkey hue huesaturation idet il inflate interlace kerndeint lagfun',
    'lenscorrection limiter loop lumakey lut lut2 lutrgb lutyuv maskedmerge median mestimate minterpolate mix monochrome',
    'morpho mpdecimate multiply negate nlmeans noformat noise normalize null overlay owdenoise pad perspective phase photosensitivity',
    'pixelize pixscope pp pp7 premultiply prewitt pseudocolor pullup qp random readeia608 remap removegrain repeatfields rgbashift',
    'roberts rotate sab scale scale2ref scdet scharr scroll select selectivecolor separatefields setdar setfield setparams setpts',
    'setrange setsar settb shear showinfo shufflepixels shuffleplanes sidedata signalstats smartblur sobel split spp stereo3d',
    'super2xsai swaprect swapuv tblend telecine thistogram threshold thumbnail tile tinterlace tlut2 tmedian tmidequalizer tmix',
    'tonemap tpad transpose trim unpremultiply unsharp untile uspp v360 vaguedenoiser varblur vectorscope vflip vfrdet vibrance',
    'vignette vstack w3fdif waveform weave xbr xfade xmedian xstack yadif yaepblur zoompan zscale',
    'color gradients mandelbrot nullsrc rgbtestsrc smptebars smptehdbars testsrc testsrc2 yuvtestsrc',
    'avectorscope showfreqs showspectrum showspectrumpic showvolume showwaves showwavespic a3dscope',
  ].flatMap((line) => line.split(' ')),
);

/** Options of filters that also have others, which would open a file: only these may be named. */
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  drawtext:
    'text x y fontsize fontcolor fontcolor_expr font box boxcolor boxborderw borderw bordercolor shadowcolor shadowx shadowy alpha enable line_spacing fix_bounds timecode timecode_rate rate r start_number basetime text_shaping tabsize expansion'.split(
      ' ',
    ),
  curves: ['preset', 'master', 'm', 'red', 'r', 'green', 'g', 'blue', 'b', 'all', 'enable'],
  selectivecolor: 'correction_method reds yellows greens cyans blues magentas whites neutrals blacks'.split(' '),
  loudnorm:
    'I i LRA lra TP tp measured_I measured_i measured_LRA measured_lra measured_TP measured_tp measured_thresh offset linear dual_mono print_format'.split(
      ' ',
    ),
  astats: ['length', 'metadata', 'reset', 'measure_perchannel', 'measure_overall'],
};

/** Whose first option without a name is a file. */
const mustName = new Set(['drawtext']);

/** Whose first options are numbers, which may stand without their names. */
const numbersFirst: Readonly<Record<string, number>> = { loudnorm: 8 };

/**
 * Options that any filter of any release may have: a list of what every filter takes would be long and never whole. With
 * a slash before its name FFmpeg 7 reads an option's value from a file.
 */
const reaching =
  /^\/|(^|_)(file|filename|files|path|url|uri|socket|plugin|library|lib|model|device|command|commands|cmd|script|dump|dumpfile|textfile|psfile|plot|stats)($|_)/i;

/** A value that can only be a file or an address: no expression, ratio or colour begins like that. */
const place = /^(\/|~|\.{1,2}\/)|:\/\//;

/** The text up to where one of these characters stands unquoted and unescaped. */
const upTo = (text: string, from: number, ends: string): number => {
  let isQuoted = false;
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\' && !isQuoted) at++;
    else if (char === "'") isQuoted = !isQuoted;
    else if (!isQuoted && ends.includes(char)) return at;
  }
  if (isQuoted) refuseRaw('invalid_command', 'a quote inside of a filter is not closed');
  return text.length;
};

const labels = /^(\s*\[[\w:]{1,64}\])*\s*/;

const partsOf = (graph: string): FilterUse[] => {
  const uses: FilterUse[] = [];
  let at = 0;
  while (at < graph.length) {
    at += labels.exec(graph.slice(at))?.[0].length ?? 0;
    const end = upTo(graph, at, '[],;');
    const use = graph.slice(at, end).trim();
    const [, name, options] = /^([a-z0-9_]{1,32})(?:@[\w]{1,32})?(?:=([\s\S]*))?$/.exec(use) ?? [];
    if (name === undefined) refuseRaw('invalid_command', `“${use.slice(0, 60)}” is not a filter`);
    else uses.push({ name, options: options ?? '' });
    at = end + (labels.exec(graph.slice(end))?.[0].length ?? 0);
    if (at < graph.length && !',;'.includes(graph.charAt(at)))
      refuseRaw('invalid_command', 'after a filter stands a comma, a semicolon or nothing');
    at++;
  }
  return uses;
};

/** What an option is called once FFmpeg has taken its quotes and backslashes away. */
const bare = (text: string): string => text.replaceAll(/[\\'\s]/g, '');

/**
 * What FFmpeg's graph parser hands on to the parser of options: quotes and backslashes are taken away once. A colon that
 * was quoted in the graph separates options there.
 */
const handedOn = (text: string): string => {
  let handed = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "'") isQuoted = !isQuoted;
    else handed += char === '\\' && !isQuoted ? text.charAt(++at) : char;
  }
  return handed;
};

/** What no filter may be told, whatever it is: an option that reaches out, or the place of a file. */
const checkReach = (name: string, option: string): void => {
  const equals = upTo(option, 0, '=');
  const isNamed = equals < option.length;
  const [key, value] = isNamed ? [bare(option.slice(0, equals)), option.slice(equals + 1)] : ['', option];
  const isAllowed = optionsOf[name]?.includes(key) ?? false;
  if (isNamed && reaching.test(key) && !isAllowed)
    refuseRaw('forbidden_filter', `${name}: the option ${key.slice(0, 32)} is not allowed here`);
  if (place.test(bare(value)) && !(name === 'drawtext' && key === 'text'))
    refuseRaw('forbidden_filter', `${name}: a value may be no place of a file`);
};

const checkNamed = ({ name, options: written }: FilterUse): void => {
  const options = handedOn(written);
  for (let at = 0; at <= options.length;) {
    const end = upTo(options, at, ':|');
    checkReach(name, options.slice(at, end));
    at = end + 1;
  }
};

const checkOptions = ({ name, options: written }: FilterUse): void => {
  const allowed = optionsOf[name];
  if (allowed === undefined || written === '') return;
  const options = handedOn(written);
  for (let at = 0, n = 0; at <= options.length; n++) {
    const end = upTo(options, at, ':|');
    const option = options.slice(at, end);
    const equals = upTo(option, 0, '=');
    if (equals === option.length) {
      if (n === 0 && mustName.has(name)) refuseRaw('forbidden_filter', `${name}: name the option, as in text=…`);
      const isNumber = n < (numbersFirst[name] ?? 0) && /^-?\d+(\.\d+)?$/.test(bare(option));
      if (isNumber) {
        at = end + 1;
        continue;
      }
      if (mustName.has(name) || n > 0) refuseRaw('forbidden_filter', `${name}: every option needs its name`);
    } else if (!allowed.includes(bare(option.slice(0, equals))))
      refuseRaw('forbidden_filter', `${name} takes ${allowed.join(', ')} here`);
    at = end + 1;
  }
};

/** Checks a filter graph against the list, and gives its filters. */
export const checkFilters = (graph: string): readonly FilterUse[] => {
  const uses = partsOf(graph);
  for (const use of uses) {
    if (!safeFilters.has(use.name)) refuseRaw('forbidden_filter', `the filter ${use.name} is not allowed here`);
    checkNamed(use);
    checkOptions(use);
  }
  checkExtents(uses);
  return uses;
};
