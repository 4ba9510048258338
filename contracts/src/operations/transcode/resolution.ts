/** The 16:9 frames that the short names stand for; pictures of another shape are fitted inside. */
export const namedResolutions = {
  '4K': [3840, 2160],
  '4k': [3840, 2160],
  '2160p': [3840, 2160],
  '1440p': [2560, 1440],
  '1080p': [1920, 1080],
  '720p': [1280, 720],
  '480p': [854, 480],
  '360p': [640, 360],
  '240p': [426, 240],
} as const satisfies Record<string, readonly [number, number]>;

export interface Resolution {
  readonly width: number;
  readonly height: number;
  /** True for `WxH`: the frame gets exactly this size. A name is a box that the picture is fitted into. */
  readonly isExact: boolean;
}

/** Width and height of `720p` or `1280x720`; null for anything else. */
export const parseResolution = (text: string): Resolution | null => {
  if (Object.hasOwn(namedResolutions, text)) {
    const [width, height] = namedResolutions[text as keyof typeof namedResolutions];
    return { width, height, isExact: false };
  }
  const exact = /^(\d{2,4})x(\d{2,4})$/.exec(text);
  if (!exact) return null;
  const [width, height] = [Number(exact[1]), Number(exact[2])];
  return width >= 16 && height >= 16 && width <= 7680 && height <= 4320 ? { width, height, isExact: true } : null;
};

/** Bits a second of `2500k`, `2.5M` or a plain number of bits; null for anything else. */
export const parseBitrate = (value: string | number): number | null => {
  if (typeof value === 'number') return value;
  const parts = /^(\d+(?:\.\d+)?)([kKmM]?)$/.exec(value);
  if (!parts) return null;
  const unit = { '': 1, k: 1e3, m: 1e6 }[(parts[2] ?? '').toLowerCase() as '' | 'k' | 'm'];
  return Math.round(Number(parts[1]) * unit);
};
