import type { Hardware, TranscodeIntent, VideoCodec } from '@ffapi/contracts';
import type { Token } from '../../argv/token.ts';
import { colourTags } from '../../colour/colour-tags.ts';
import { masteringOptions } from '../../colour/mastering-options.ts';
import type { MasteringOptions } from '../../colour/mastering-options.ts';
import { ratio } from '../../facts/media-facts.ts';
import type { Rational, VideoFacts } from '../../facts/media-facts.ts';
import { chain, filter } from '../../filtergraph/filter.ts';
import { alignedKeyframes, gopFrames } from '../../ladder/keyframes.ts';
import { ladderFor } from '../../ladder/rungs.ts';
import type { Rung } from '../../ladder/rungs.ts';
import type { Capabilities } from '../plan.ts';
import { encodeEstimateMs } from '../../encode/estimate.ts';
import { ladderTiming } from './ladder-timing.ts';
import { lastSound } from '../../encode/begins-together.ts';
import { passArgs } from '../../encode/file-picture.ts';
import { numbered } from '../../encode/numbered.ts';
import { frameTiming, pixelFormat } from '../../encode/picture.ts';
import { picturePath } from '../../encode/picture-path.ts';
import type { PicturePath } from '../../encode/picture-path.ts';
import type { Selection } from '../../encode/sources.ts';
import { chooseEncoder, encoderArgs } from '../../encode/video-encoder.ts';
import type { Encoder } from '../../encode/video-encoder.ts';

// Scene cuts may not add keyframes: rungs would no longer cut at the same instants.
const x265Aligned = ['scenecut=0', 'open-gop=0'];

const keyframeArgs = (encoder: Encoder, segmentMs: number, rate: Rational): string[] => {
  const gop = String(gopFrames(segmentMs, rate));
  if (encoder.codec === 'av1' && encoder.device === 'cpu') return ['-g', gop];
  // Equal bounds switch libvpx's own choice of keyframes off, which differs from rung to rung.
  if (encoder.codec === 'vp9') return ['-g', gop, '-keyint_min', gop];
  const cuts = encoder.codec === 'h264' && encoder.device === 'cpu' ? ['-sc_threshold', '0'] : [];
  // A count above the interval, so that only the forced instants become keyframes.
  return [...alignedKeyframes(segmentMs), '-g', String(2 * Number(gop)), '-forced-idr', '1', ...cuts];
};

/** Every rung has square pixels and says so, also where the source does not say what its own are. */
const squared = (filters: readonly string[]): string[] => {
  const square = filter('setsar', { sar: 1 });
  return filters.includes(square) ? [...filters] : [...filters, square];
};

/**
 * Players that put streams side by side by their first packets shift the picture by as long as it is decoded early: in a
 * transport stream, which has no edit list, that is one picture at most.
 */
const orderArgs = ({ name }: Encoder, { segmentType }: TranscodeIntent): string[] =>
  name === 'libx264' && segmentType === 'ts' ? ['-b-pyramid', 'none'] : [];

/** One decode, split into every rung. */
const ladderGraph = (source: VideoFacts, rungs: readonly Rung[], path: PicturePath): string => {
  const outs = rungs.map((_, n) => `[s${n}]`).join('');
  const branches = rungs.map((rung, n) => `[s${n}]${chain(squared(path.framing(rung)))}[v${n}]`);
  return [`[0:${source.index}]${chain(path.source)},split=${rungs.length}${outs}`, ...branches].join(';');
};

type Pass = 'only' | 1 | 2;

interface Encoding {
  readonly encoder: Encoder;
  readonly intent: TranscodeIntent;
  /** Options of every rung. */
  readonly shared: readonly string[];
  readonly mastering: MasteringOptions;
}

const rungArgs = (rung: Rung, n: number, { encoder, intent, shared, mastering }: Encoding, pass: Pass): Token[] => {
  const tag = encoder.codec === 'hevc' && pass !== 1 ? ['-tag:v', 'hvc1'] : [];
  const rate = { crf: intent.crf, videoBitrate: rung.videoBitrate, maxBitrate: rung.maxBitrate };
  const { flags, x265 } = pass === 'only' ? { flags: [], x265: [] } : passArgs(encoder, pass, `passlog-${n}`);
  const own = [...x265Aligned, ...mastering.x265, ...x265];
  return numbered([...encoderArgs(encoder, intent, rate, own), ...mastering.args, ...shared, ...tag, ...flags], n);
};

/** The pictures of a ladder: every rung from one decode, keyframes at the same instants. */
export interface LadderPicture {
  readonly rungs: readonly Rung[];
  readonly args: readonly Token[];
  /** The same for the analysing pass; null when there is one pass only. */
  readonly analysis: readonly Token[] | null;
  readonly encoder: Encoder;
  readonly decoding: readonly string[];
  readonly fps: number;
  readonly estimateMs: number;
}

export const ladderPicture = (
  source: VideoFacts,
  { sound, durationMs }: Selection,
  beginMs: number,
  intent: TranscodeIntent,
  context: { caps: Capabilities; hardware: Hardware; warn: (text: string) => void },
): LadderPicture => {
  const codec = intent.video as VideoCodec;
  const encoder = chooseEncoder(codec, intent.encoderHardware ?? context.hardware, context.caps, context.warn);
  const pixels = pixelFormat(source, encoder, context.warn);
  const rungs = ladderFor({ width: source.displayWidth, height: source.displayHeight }, intent, codec);
  const { rate, filters: timing } = ladderTiming(source, lastSound(sound), intent.fps, beginMs);
  const shared = [
    ...keyframeArgs(encoder, intent.segmentDurationMs, rate),
    ...orderArgs(encoder, intent),
    ...colourTags(source, pixels),
  ];
  const mastering = masteringOptions(source, pixels, encoder, context.warn);
  const fps = ratio(rate);
  const { caps } = context;
  const request = { picture: source, encoder, pixels, timing, framings: rungs, caps, isDrawnOn: false };
  const path = picturePath(request);
  const encoding = { encoder, intent, shared, mastering };
  const graph = ladderGraph(source, rungs, path);
  const argsOf = (pass: Pass): Token[] => [
    '-filter_complex',
    graph,
    ...rungs.flatMap((_, n) => ['-map', `[v${n}]`]),
    ...frameTiming(intent.fps),
    ...rungs.flatMap((rung, n) => rungArgs(rung, n, encoding, pass)),
  ];
  const isTwoPass = intent.isTwoPass && encoder.device === 'cpu';
  return {
    rungs,
    encoder,
    decoding: path.decoding,
    fps,
    args: argsOf(isTwoPass ? 2 : 'only'),
    analysis: isTwoPass ? argsOf(1) : null,
    estimateMs: encodeEstimateMs(
      codec,
      encoder.device,
      ((durationMs ?? 0) / 1000) * (fps || 25),
      rungs.map((rung) => rung.frame),
    ),
  };
};
