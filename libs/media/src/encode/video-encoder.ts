import { isStreaming } from '@ffapi/contracts';
import type { Effort, Hardware, TranscodeIntent, VideoCodec } from '@ffapi/contracts';
import type { Token } from '../argv/token.ts';
import { refusePlan } from '../plans/plan.ts';
import type { Capabilities } from '../plans/plan.ts';
import { mpegRate } from './mpeg-rate.ts';
import { averageBelow, bufferModel, isPeakLoose, isPeakPromised } from './peak-rate.ts';
import type { RateControl } from './peak-rate.ts';

interface EncoderSettings {
  /** Absent where the encoder has one speed. */
  readonly preset?: string;
  readonly crf: number;
}

export interface Encoder {
  readonly name: string;
  readonly codec: VideoCodec;
  readonly device: 'cpu' | 'gpu';
  /** Which of the GPUs; absent: the driver's choice. */
  readonly gpu?: number;
}

const cpuEncoder: Readonly<Record<VideoCodec, string>> = {
  h264: 'libx264',
  hevc: 'libx265',
  av1: 'libsvtav1',
  vp9: 'libvpx-vp9',
  mpeg4: 'mpeg4',
  mpeg2video: 'mpeg2video',
};

const ofMpeg: Readonly<Record<Effort, EncoderSettings>> = {
  fast: { crf: 24 },
  balanced: { crf: 22 },
  quality: { crf: 17 },
};

/** `balanced` keeps SSIM(Y) of real film at 0.95 or better against the scaled source; e2e/media measures it. */
const settings: Readonly<Record<string, Readonly<Record<Effort, EncoderSettings>>>> = {
  libx264: {
    fast: { preset: 'veryfast', crf: 24 },
    balanced: { preset: 'medium', crf: 23 },
    quality: { preset: 'slow', crf: 18 },
  },
  libx265: {
    fast: { preset: 'superfast', crf: 27 },
    balanced: { preset: 'fast', crf: 26 },
    quality: { preset: 'slow', crf: 20 },
  },
  libsvtav1: {
    fast: { preset: '10', crf: 35 },
    balanced: { preset: '8', crf: 32 },
    quality: { preset: '5', crf: 26 },
  },
  'libvpx-vp9': {
    fast: { preset: '8', crf: 33 },
    balanced: { preset: '5', crf: 31 },
    quality: { preset: '2', crf: 26 },
  },
  mpeg4: ofMpeg,
  mpeg2video: ofMpeg,
  nvenc: {
    fast: { preset: 'p2', crf: 25 },
    balanced: { preset: 'p5', crf: 23 },
    quality: { preset: 'p7', crf: 19 },
  },
};

/** The encoder to use, with a warning where the wish for a GPU could not be met. */
export const chooseEncoder = (
  codec: VideoCodec,
  wanted: Hardware,
  caps: Capabilities,
  warn: (text: string) => void,
): Encoder => {
  const gpu = `${codec}_nvenc`;
  if (wanted !== 'cpu' && caps.hardwareEncoders.includes(gpu))
    return { name: gpu, codec, device: 'gpu', ...(caps.gpuDevice === undefined ? {} : { gpu: caps.gpuDevice }) };
  if (wanted === 'gpu') warn(`${gpu} does not work on this worker; encoded on the CPU`);
  const name = cpuEncoder[codec];
  if (!caps.encoders.includes(name)) refusePlan('encoder_unavailable', `${name} is not available on this worker`);
  return { name, codec, device: 'cpu' };
};

const settingsOf = (encoder: Encoder, effort: Effort): EncoderSettings => {
  const table = settings[encoder.device === 'gpu' ? 'nvenc' : encoder.name];
  return table?.[effort] ?? { preset: 'medium', crf: 23 };
};

/** The constant quality of a request that an encoder on the CPU gets. */
export const crfOf = ({ crf, effort, video }: TranscodeIntent): number =>
  crf ?? settings[cpuEncoder[video as VideoCodec]]?.[effort].crf ?? 23;

const isNvencPreset = (preset: string): boolean => /^p[1-7]$/.test(preset);

/** A preset of another encoder family is no use here: the effort's own stands in. */
const presetOf = (encoder: Encoder, intent: TranscodeIntent): string => {
  const given = intent.encoderPreset;
  const fits = given !== null && isNvencPreset(given) === (encoder.device === 'gpu');
  return fits ? given : (settingsOf(encoder, intent.effort).preset ?? 'medium');
};

/** A peak that was asked for is kept; one of our own gives an average some room. */
const vbv = ({ videoBitrate, maxBitrate }: RateControl, intent: TranscodeIntent): string[] => {
  if (maxBitrate === null)
    return videoBitrate === null
      ? []
      : ['-maxrate', String(Math.round(videoBitrate * 1.5)), '-bufsize', String(Math.round(videoBitrate * 3))];
  const { rate, buffer } = bufferModel(maxBitrate, videoBitrate, isPeakPromised(intent));
  return ['-maxrate', String(rate), '-bufsize', String(buffer)];
};

const x26xRate = (rate: RateControl, crf: number, intent: TranscodeIntent): string[] => [
  ...(rate.videoBitrate === null ? ['-crf', String(crf)] : ['-b:v', String(rate.videoBitrate)]),
  ...vbv(rate, intent),
];

const vp9Rate = (rate: RateControl, crf: number, isLoose: boolean, intent: TranscodeIntent): string[] => {
  if (rate.videoBitrate !== null)
    return [
      '-b:v',
      String(rate.videoBitrate),
      '-maxrate',
      String(rate.maxBitrate ?? Math.round(rate.videoBitrate * 1.5)),
    ];
  if (isLoose && rate.maxBitrate !== null)
    return ['-crf', String(crf), '-b:v', String(averageBelow(rate.maxBitrate, 'vp9')), ...vbv(rate, intent)];
  // With crf, -b:v is libvpx's ceiling; 0 means none.
  return ['-crf', String(crf), '-b:v', String(rate.maxBitrate ?? 0)];
};

const svtRate = (rate: RateControl, crf: number, isLoose: boolean): string[] => {
  if (rate.videoBitrate !== null) return ['-b:v', String(rate.videoBitrate)];
  if (rate.maxBitrate === null) return ['-crf', String(crf)];
  return ['-crf', String(crf), '-maxrate', String(isLoose ? averageBelow(rate.maxBitrate, 'av1') : rate.maxBitrate)];
};

const nvencCqMax = 51;
const av1CrfMax = 63;

/** NVENC counts to 51 for every codec; a crf that was given for AV1 counts to 63. */
const nvencCq = ({ codec }: Encoder, { crf }: RateControl, preset: number): number =>
  crf === null ? preset : codec === 'av1' ? Math.round((crf * nvencCqMax) / av1CrfMax) : crf;

const nvencRate = (encoder: Encoder, rate: RateControl, preset: number, intent: TranscodeIntent): string[] => [
  '-rc',
  'vbr',
  ...(rate.videoBitrate === null
    ? ['-cq', String(nvencCq(encoder, rate, preset)), '-b:v', '0']
    : ['-b:v', String(rate.videoBitrate)]),
  ...vbv(rate, intent),
  ...(intent.isTwoPass ? ['-multipass', 'fullres'] : []),
];

const nvencArgs = (encoder: Encoder, intent: TranscodeIntent, rate: RateControl): string[] => [
  ...(encoder.gpu === undefined ? [] : ['-gpu', String(encoder.gpu)]),
  '-preset',
  presetOf(encoder, intent),
  '-tune',
  'hq',
  // Its own default is main; x264's is high.
  ...(encoder.codec === 'h264' && intent.profile === null ? ['-profile:v', 'high'] : []),
  ...nvencRate(encoder, rate, settingsOf(encoder, intent.effort).crf, intent),
  '-spatial-aq',
  '1',
];

// In real time libvpx has no second pass, and adds keyframes of its own, which a ladder cannot have.
const mayBeRealtime = (intent: TranscodeIntent): boolean =>
  intent.effort === 'fast' && !intent.isTwoPass && !isStreaming(intent.container);

// libvpx has no speed above 5 outside of real time.
const vp9Speed = (isRealtime: boolean, preset: string): string[] => [
  '-deadline',
  isRealtime ? 'realtime' : 'good',
  '-cpu-used',
  isRealtime ? preset : String(Math.min(5, Number(preset))),
  '-row-mt',
  '1',
  '-tile-columns',
  '2',
];

const x265Params = (extra: readonly string[]): string[] => ['-x265-params', ['log-level=error', ...extra].join(':')];

/** Encoder, speed and rate control; `extra` are x265 options, which travel in one argument. */
export const encoderArgs = (
  encoder: Encoder,
  intent: TranscodeIntent,
  rate: RateControl,
  extra: readonly string[] = [],
): Token[] => {
  const head: Token[] = ['-c:v', encoder.name];
  if (encoder.device === 'gpu') return [...head, ...nvencArgs(encoder, intent, rate)];
  const preset = presetOf(encoder, intent);
  const crf = rate.crf ?? settingsOf(encoder, intent.effort).crf;
  const threads: Token[] = ['-threads', { resolved: 'threads' }];
  switch (encoder.codec) {
    case 'h264':
      return [...head, '-preset', preset, ...x26xRate(rate, crf, intent), ...threads];
    case 'hevc':
      return [...head, '-preset', preset, ...x26xRate(rate, crf, intent), ...x265Params(extra), ...threads];
    case 'av1':
      return [...head, '-preset', preset, ...svtRate(rate, crf, isPeakLoose(encoder, intent))];
    case 'vp9':
      return [
        ...head,
        ...vp9Speed(mayBeRealtime(intent), preset),
        ...vp9Rate(rate, crf, isPeakLoose(encoder, intent), intent),
        ...threads,
      ];
    case 'mpeg4':
      return [...head, ...mpegRate(encoder.codec, rate, crf), ...threads];
    case 'mpeg2video':
      return [...head, '-bf', '2', ...mpegRate(encoder.codec, rate, crf), ...threads];
  }
};
