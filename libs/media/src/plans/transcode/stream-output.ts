import type { Hardware, TranscodeIntent, VideoCodec } from '@ffapi/contracts';
import { containerRules } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput } from '../../argv/guard.ts';
import { noTags } from '../../argv/tags.ts';
import type { Token } from '../../argv/token.ts';
import { colourTags } from '../../colour/colour-tags.ts';
import { beginningMs, ratio } from '../../facts/media-facts.ts';
import type { MediaFacts, Rational, VideoFacts } from '../../facts/media-facts.ts';
import { chain } from '../../filtergraph/filter.ts';
import { alignedKeyframes, gopFrames } from '../../ladder/keyframes.ts';
import { ladderFor } from '../../ladder/rungs.ts';
import type { Rung } from '../../ladder/rungs.ts';
import { soundFrom } from '../compose/sound.ts';
import type { Capabilities, HlsRendition, Plan } from '../plan.ts';
import { audioArgs, chooseAudio } from './audio-encoder.ts';
import type { AudioChoice } from './audio-encoder.ts';
import { encodeEstimateMs } from './estimate.ts';
import { ladderTiming, mustBePlaced } from './ladder-timing.ts';
import { frameTiming, framesOut, pixelFormat } from './picture.ts';
import { picturePath } from './picture-path.ts';
import type { PicturePath } from './picture-path.ts';
import { audioName, dashArgs, hlsArgs } from './stream-muxers.ts';
import { checkCopiedSound } from './sources.ts';
import type { Selection } from './sources.ts';
import { chooseEncoder, encoderArgs } from './video-encoder.ts';
import type { Encoder } from './video-encoder.ts';

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

/** One decode, split into every rung. */
const ladderGraph = (source: VideoFacts, rungs: readonly Rung[], path: PicturePath): string => {
  const outs = rungs.map((_, n) => `[s${n}]`).join('');
  const branches = rungs.map((rung, n) => `[s${n}]${chain(path.framing(rung))}[v${n}]`);
  return [`[0:${source.index}]${chain(path.source)},split=${rungs.length}${outs}`, ...branches].join(';');
};

/** `-b:v` for the n-th stream is `-b:v:n`: every option that belongs to one rung gets its number. */
const numbered = (args: readonly Token[], n: number): Token[] =>
  args.map((token, at) =>
    typeof token === 'string' && at % 2 === 0 && token.startsWith('-')
      ? token.endsWith(':v')
        ? `${token}:${n}`
        : `${token}:v:${n}`
      : token,
  );

const rungArgs = (
  rung: Rung,
  n: number,
  encoder: Encoder,
  intent: TranscodeIntent,
  shared: readonly string[],
): Token[] => {
  const tag = encoder.codec === 'hevc' ? ['-tag:v', 'hvc1'] : [];
  const rate = { crf: intent.crf, videoBitrate: rung.videoBitrate, maxBitrate: rung.maxBitrate };
  return numbered([...encoderArgs(encoder, intent, rate, x265Aligned), ...shared, ...tag], n);
};

const renditions = (rungs: readonly Rung[], hasAudio: boolean, fps: number): HlsRendition[] => [
  ...rungs.map((rung): HlsRendition => ({
    name: rung.name,
    role: 'video',
    ...rung.frame,
    ...(fps > 0 ? { frameRate: fps.toFixed(3) } : {}),
  })),
  ...(hasAudio ? [{ name: audioName, role: 'audio' } as const] : []),
];

const soundOf = (selection: Selection, intent: TranscodeIntent, warn: (text: string) => void): AudioChoice | null => {
  checkCopiedSound(selection.sound, intent);
  return selection.sound[0] ? chooseAudio(selection.sound[0], intent, warn) : null;
};

/** Sound that begins late is filled up: it begins with the picture. */
const silenceBefore = ({ stream }: AudioChoice, beginMs: number): string[] =>
  mustBePlaced(stream, beginMs) ? soundFrom(beginMs) : [];

interface Pictures {
  readonly rungs: readonly Rung[];
  readonly args: Token[];
  readonly encoder: Encoder;
  readonly decoding: readonly string[];
  readonly fps: number;
  readonly estimateMs: number;
}

const encodeLadder = (
  source: VideoFacts,
  { sound, durationMs }: Selection,
  beginMs: number,
  intent: TranscodeIntent,
  context: { caps: Capabilities; hardware: Hardware; warn: (text: string) => void },
): Pictures => {
  const codec = intent.video as VideoCodec;
  const encoder = chooseEncoder(codec, intent.encoderHardware ?? context.hardware, context.caps, context.warn);
  const pixels = pixelFormat(source, encoder, context.warn);
  const rungs = ladderFor({ width: source.displayWidth, height: source.displayHeight }, intent, codec);
  const { rate, filters: timing } = ladderTiming(source, sound[0], intent.fps, beginMs);
  const shared = [...keyframeArgs(encoder, intent.segmentDurationMs, rate), ...colourTags(source, pixels)];
  const fps = ratio(rate);
  const { caps } = context;
  const request = { picture: source, encoder, pixels, timing, framings: rungs, caps, isDrawnOn: false };
  const path = picturePath(request);
  return {
    rungs,
    encoder,
    decoding: path.decoding,
    fps,
    args: [
      '-filter_complex',
      ladderGraph(source, rungs, path),
      ...rungs.flatMap((_, n) => ['-map', `[v${n}]`]),
      ...frameTiming(intent.fps),
      ...rungs.flatMap((rung, n) => rungArgs(rung, n, encoder, intent, shared)),
    ],
    estimateMs: encodeEstimateMs(
      codec,
      encoder.device,
      ((durationMs ?? 0) / 1000) * (fps || 25),
      rungs.map((rung) => rung.frame),
    ),
  };
};

/** A plan for HLS or DASH: every rung from one decode, sound as its own rendition, keyframes at the same instants. */
export const planStream = (
  facts: MediaFacts,
  selection: Selection,
  intent: TranscodeIntent,
  context: { caps: Capabilities; hardware: Hardware },
): Plan => {
  const warnings: string[] = [];
  const warn = (text: string): void => void (warnings.includes(text) || warnings.push(text));
  const durationMs = selection.durationMs ?? 0;
  const beginMs = beginningMs([selection.picture, selection.sound[0]]);
  const sound = soundOf(selection, intent, warn);
  const pictures =
    selection.picture && encodeLadder(selection.picture, selection, beginMs, intent, { ...context, warn });
  const rungs = pictures?.rungs ?? [];
  const bundle = intent.container;
  const isHls = bundle === 'hls';
  const frames =
    selection.picture && framesOut(selection.picture, intent.fps, selection.picture.durationMs ?? durationMs);
  const top = rungs[0]?.frame;
  return {
    kind: 'run',
    device: pictures?.encoder.device ?? 'cpu',
    ...(pictures && pictures.decoding.length > 0 ? { decodesOnGpu: true } : {}),
    steps: [
      {
        id: 'encode',
        tool: 'ffmpeg',
        argv: [
          ...ffmpegGlobals,
          ...guardedInput('source', facts.demuxer, pictures?.decoding),
          ...(pictures?.args ?? []),
          ...(sound
            ? [
                '-map',
                `0:${sound.stream.index}`,
                ...audioArgs(sound, 0, intent.audioBitrate, silenceBefore(sound, beginMs)),
              ]
            : []),
          ...(intent.stripsMetadata ? noTags([sound?.stream.language ?? null]) : []),
          ...(isHls
            ? hlsArgs(bundle, rungs, sound !== null, intent.segmentDurationMs)
            : dashArgs(bundle, sound !== null, intent.segmentDurationMs)),
        ],
        reads: ['source'],
        writes: [bundle],
        weight: 1,
        expectedDurationMs: durationMs,
      },
    ],
    outputs: [
      {
        name: bundle,
        kind: 'bundle',
        main: isHls ? 'master.m3u8' : 'manifest.mpd',
        contentType: containerRules[intent.container].contentType,
        ...(isHls
          ? { post: { kind: 'hls-master', renditions: renditions(rungs, sound !== null, pictures?.fps ?? 0) } as const }
          : {}),
        expect: {
          ...(selection.durationMs === null ? {} : { durationMs: selection.durationMs }),
          ...(frames === null ? {} : { frames }),
          ...(top ? { width: top.width, height: top.height } : {}),
          ...(pictures ? { videoCodec: pictures.encoder.codec } : {}),
          videoStreams: rungs.length,
          audioStreams: sound ? 1 : 0,
        },
        verify: 'probe',
      },
    ],
    warnings,
    estimate: { durationMs: (pictures?.estimateMs ?? 0) + 500, ...(frames === null ? {} : { frames }) },
  };
};
