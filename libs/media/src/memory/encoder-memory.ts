/** What an encoder is told, as far as its memory depends on it. */
export interface EncoderWords {
  readonly name: string;
  readonly preset: string | undefined;
  /** Options of the call and the encoder's own parameters, by name. */
  readonly settings: Readonly<Record<string, string>>;
}

const setting = ({ settings }: EncoderWords, names: readonly string[], otherwise: number): number => {
  const values = names.map((name) => Number(settings[name])).filter((value) => Number.isFinite(value) && value >= 0);
  return values.length === 0 ? otherwise : Math.max(...values);
};

/** Frames that x264 and x265 look ahead over, and refer back to, by preset. */
const x26xPresets: Readonly<Record<string, readonly [lookahead: number, refs: number]>> = {
  ultrafast: [0, 1],
  superfast: [10, 1],
  veryfast: [15, 1],
  faster: [20, 2],
  fast: [30, 2],
  medium: [40, 3],
  slow: [50, 5],
  slower: [60, 8],
  veryslow: [60, 16],
  placebo: [60, 16],
};

const x26x = (words: EncoderWords): readonly [lookahead: number, refs: number] => {
  const [lookahead, refs] = x26xPresets[words.preset ?? 'medium'] ?? [60, 16];
  return [
    setting(words, ['rc-lookahead', 'lookahead', 'keyint-lookahead'], lookahead),
    setting(words, ['ref', 'refs', 'frameref'], refs),
  ];
};

/**
 * Bytes that an encoder keeps for each pixel of its picture, at 8 bits. Measured at 1080 and 2160 lines with FFmpeg 5.1:
 * a frame that x264 looks ahead over takes 4 bytes a pixel, one that it refers to 4 more.
 */
const bytesPerPixel: Readonly<Record<string, (words: EncoderWords) => number>> = {
  libx264: (words) => {
    const [lookahead, refs] = x26x(words);
    return 40 + 4 * lookahead + 4 * refs;
  },
  libx265: (words) => {
    const [lookahead, refs] = x26x(words);
    return 60 + 3 * lookahead + 8 * refs;
  },
  libsvtav1: (words) => 240 + 3.5 * setting(words, ['lookahead'], 33),
  'libvpx-vp9': (words) => 30 + 4 * setting(words, ['lag-in-frames'], 25),
  libvpx: (words) => 30 + 4 * setting(words, ['lag-in-frames'], 25),
  'libaom-av1': (words) => 60 + 5 * setting(words, ['lag-in-frames'], 35),
  ffv1: () => 170,
  libwebp_anim: () => 60,
  // The frames are encoded elsewhere.
  h264_nvenc: () => 12,
  hevc_nvenc: () => 12,
  av1_nvenc: () => 12,
};

const ofOthers = 40;

/** Names that FFmpeg takes for the encoders above. */
const aliases: Readonly<Record<string, string>> = {
  h264: 'libx264',
  hevc: 'libx265',
  av1: 'libaom-av1',
  vp9: 'libvpx-vp9',
  vp8: 'libvpx',
  libx264rgb: 'libx264',
};

export const encoderBytesPerPixel = (words: EncoderWords): number => {
  const name = aliases[words.name] ?? words.name;
  return Object.hasOwn(bytesPerPixel, name) ? (bytesPerPixel[name]?.(words) ?? ofOthers) : ofOthers;
};
