import type { AudioCodec, Container } from '@ffapi/contracts';

export const encoders: Readonly<Record<AudioCodec, string>> = {
  aac: 'aac',
  opus: 'libopus',
  mp3: 'libmp3lame',
  mp2: 'mp2',
  vorbis: 'libvorbis',
  flac: 'flac',
  pcm: 'pcm_s16le',
};

export const channelsMax: Readonly<Record<AudioCodec, number>> = {
  aac: 8,
  opus: 8,
  mp3: 2,
  mp2: 2,
  vorbis: 8,
  flac: 8,
  pcm: 8,
};

export const isLossless = (codec: AudioCodec): codec is 'flac' | 'pcm' => codec === 'flac' || codec === 'pcm';

/** The codec that a probed name belongs to: every kind of PCM is one. */
export const codecFamily = (probed: string): string => (probed.startsWith('pcm_') ? 'pcm' : probed);

const bitrateFor = { aac: 64_000, opus: 56_000, mp3: 96_000, mp2: 128_000, vorbis: 64_000 } as const;

/** Bits a second that are transparent for most listeners; MP3 takes the same for one channel as for two. */
export const defaultBitrate = (codec: Exclude<AudioCodec, 'flac' | 'pcm'>, channels: number): number =>
  bitrateFor[codec] * Math.max(channels, codec === 'mp3' ? 2 : 1);

const mpegRates = [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];
const sampleRates: Readonly<Partial<Record<AudioCodec, readonly number[]>>> = {
  mp3: mpegRates,
  // Those of MPEG-1, which every player of program streams knows.
  mp2: [32_000, 44_100, 48_000],
  aac: [...mpegRates, 64_000, 88_200, 96_000],
  opus: [8_000, 12_000, 16_000, 24_000, 48_000],
  // Above, libvorbis knows no bit rates.
  vorbis: mpegRates,
};

/** MP4 has no word for MP3 of lower rates. */
const mp3InMp4Hz = 16_000;

/** The one rate that FFmpeg writes into MXF. */
const inMxfHz = 48_000;

/** The rate that a codec can carry closest to the one wanted, from above where there is one. */
export const sampleRateFor = (codec: AudioCodec, wantedHz: number, container?: Container): number => {
  if (container === 'mxf') return inMxfHz;
  const isBound = codec === 'mp3' && container === 'mp4';
  const rates = sampleRates[codec]?.filter((rate) => !isBound || rate >= mp3InMp4Hz);
  return rates === undefined ? wantedHz : (rates.find((rate) => rate >= wantedHz) ?? rates.at(-1) ?? wantedHz);
};

/** What libvorbis takes, in bits a second for one channel, by the highest sample rate it holds for. */
const vorbisLimits: readonly { readonly sampleRateHz: number; readonly least: number; readonly most: number }[] = [
  { sampleRateHz: 9_000, least: 8_000, most: 42_000 },
  { sampleRateHz: 15_000, least: 12_000, most: 48_000 },
  { sampleRateHz: 19_000, least: 16_000, most: 96_000 },
  { sampleRateHz: 26_000, least: 16_000, most: 90_000 },
  { sampleRateHz: 40_000, least: 30_000, most: 190_000 },
  { sampleRateHz: 48_000, least: 32_000, most: 240_000 },
];

/** What layer II has for one channel, and for two (ISO/IEC 11172-3, 2.4.2.3). */
const mp2Bitrates = [
  [32, 48, 56, 64, 80, 96, 112, 128, 160, 192],
  [64, 96, 112, 128, 160, 192, 224, 256, 320, 384],
] as const;

/** The least of these rates that is not below the wanted one, or the highest. */
const mp2Bitrate = (wanted: number, channels: number): number => {
  const rates = mp2Bitrates[channels === 1 ? 0 : 1];
  return 1000 * (rates.find((kbps) => kbps * 1000 >= wanted) ?? rates[rates.length - 1] ?? 0);
};

/** Samples that encoders put in front of the sound, which a container without times cannot take back. */
const leadSamples: Readonly<Partial<Record<AudioCodec, number>>> = { mp3: 1105, mp2: 481 };

export const leadSeconds = ({ codec, sampleRateHz }: { readonly codec: AudioCodec; readonly sampleRateHz: number }) =>
  (leadSamples[codec] ?? 0) / sampleRateHz;

/** A bit rate that the encoder accepts: it refuses what lies outside of its range, or between its steps. */
export const bitrateWithin = (codec: AudioCodec, wanted: number, channels: number, sampleRateHz: number): number => {
  if (codec === 'mp2') return mp2Bitrate(wanted, channels);
  if (codec === 'opus') return Math.min(wanted, 256_000 * channels);
  const limits = vorbisLimits.find((each) => sampleRateHz <= each.sampleRateHz);
  if (codec !== 'vorbis' || limits === undefined) return wanted;
  return Math.min(Math.max(wanted, limits.least * channels), limits.most * channels);
};
