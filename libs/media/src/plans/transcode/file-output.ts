import type { Hardware, TranscodeIntent, VideoCodec } from '@ffapi/contracts';
import { containerRules } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput } from '../../argv/guard.ts';
import type { Token } from '../../argv/token.ts';
import { ratio } from '../../facts/media-facts.ts';
import type { MediaFacts, VideoFacts } from '../../facts/media-facts.ts';
import { chain } from '../../filtergraph/filter.ts';
import { framing } from '../../ladder/fit.ts';
import type { Framing } from '../../ladder/fit.ts';
import type { Capabilities, Expectation, Plan, Step } from '../plan.ts';
import { audioArgs, audioCodecShown, chooseAudio } from './audio-encoder.ts';
import type { AudioChoice } from './audio-encoder.ts';
import { encodeEstimateMs } from './estimate.ts';
import { frameTiming, framesOut, framingFilters, hdrTags, pixelFormat, sourceFilters } from './picture.ts';
import { checkCopiedSound, copiesPicture } from './sources.ts';
import type { Selection } from './sources.ts';
import { chooseSubtitles } from './subtitles.ts';
import { chooseEncoder, encoderArgs } from './video-encoder.ts';
import type { Encoder } from './video-encoder.ts';

const muxers: Readonly<Record<string, readonly string[]>> = {
  mp4: ['-movflags', '+faststart', '-f', 'mp4'],
  mov: ['-movflags', '+faststart', '-f', 'mov'],
  mkv: ['-f', 'matroska'],
  webm: ['-f', 'webm'],
  mp3: ['-f', 'mp3'],
  m4a: ['-movflags', '+faststart', '-f', 'ipod'],
  aac: ['-f', 'adts'],
  flac: ['-f', 'flac'],
  wav: ['-f', 'wav'],
  ogg: ['-f', 'ogg'],
  opus: ['-f', 'opus'],
};

interface PicturePlan {
  readonly args: Token[];
  /** The same for the analysing pass; null when there is one pass only. */
  readonly analysis: Token[] | null;
  readonly codecShown: string;
  readonly device: 'cpu' | 'gpu';
  readonly framed: Framing | null;
  readonly estimateMs: number;
}

// QuickTime plays HEVC only under this tag.
const codecTag = (codec: string, container: string): string[] =>
  codec === 'hevc' && (container === 'mp4' || container === 'mov') ? ['-tag:v', 'hvc1'] : [];

const copyPicture = (picture: VideoFacts, intent: TranscodeIntent): PicturePlan => ({
  args: ['-c:v', 'copy', ...codecTag(picture.codec, intent.container)],
  analysis: null,
  codecShown: picture.codec,
  device: 'cpu',
  framed: null,
  estimateMs: 500,
});

const passArgs = (encoder: Encoder, pass: 1 | 2): { flags: Token[]; x265: string[] } =>
  // libx265 ignores -pass: it wants its own option, with a name relative to the scratch folder the tool runs in.
  encoder.codec === 'hevc'
    ? { flags: [], x265: [`pass=${pass}`, 'stats=passlog'] }
    : { flags: ['-pass', String(pass), '-passlogfile', { scratch: 'passlog' }], x265: [] };

const encodePicture = (
  picture: VideoFacts,
  durationMs: number | null,
  intent: TranscodeIntent,
  context: { caps: Capabilities; hardware: Hardware; warn: (text: string) => void },
): PicturePlan => {
  const encoder = chooseEncoder(
    intent.video as VideoCodec,
    intent.encoderHardware ?? context.hardware,
    context.caps,
    context.warn,
  );
  const pixels = pixelFormat(picture, encoder.codec, context.warn);
  const source = { width: picture.displayWidth, height: picture.displayHeight };
  const framed = framing(source, intent.resolution, intent.mayUpscale);
  if (framed.picture.width * framed.picture.height > source.width * source.height * 1.02)
    context.warn('the picture is enlarged beyond its source');
  const graph = chain([...sourceFilters(picture, intent.fps, pixels), ...framingFilters(picture, framed, pixels)]);
  const shared: Token[] = ['-vf', graph, ...frameTiming(intent.fps), ...hdrTags(picture, pixels)];
  const tag = codecTag(encoder.codec, intent.container);
  const frames =
    framesOut(picture, intent.fps, durationMs) ?? Math.round(((durationMs ?? 0) / 1000) * (ratio(picture.fps) || 25));
  const estimateMs = encodeEstimateMs(encoder.codec, encoder.device, frames, [framed.frame]);
  const base = { codecShown: encoder.codec, device: encoder.device, framed, estimateMs };
  if (!intent.isTwoPass || encoder.device === 'gpu')
    return { ...base, args: [...shared, ...encoderArgs(encoder, intent, intent), ...tag], analysis: null };
  const [first, second] = [passArgs(encoder, 1), passArgs(encoder, 2)];
  return {
    ...base,
    analysis: [...shared, ...encoderArgs(encoder, intent, intent, first.x265), ...first.flags],
    args: [...shared, ...encoderArgs(encoder, intent, intent, second.x265), ...second.flags, ...tag],
  };
};

const expectation = (
  selection: Selection,
  picture: PicturePlan | null,
  sound: readonly AudioChoice[],
  intent: TranscodeIntent,
): Expectation => {
  const source = selection.picture;
  const frames = source && framesOut(source, intent.fps, source.durationMs ?? selection.durationMs);
  return {
    ...(selection.durationMs === null ? {} : { durationMs: selection.durationMs }),
    ...(frames === null ? {} : { frames }),
    ...(picture?.framed ? { width: picture.framed.frame.width, height: picture.framed.frame.height } : {}),
    ...(picture ? { videoCodec: picture.codecShown } : {}),
    videoStreams: picture ? 1 : 0,
    ...(sound[0] ? { audioCodec: audioCodecShown(sound[0]) } : {}),
    audioStreams: sound.length,
  };
};

/** A plan for one file: copied where nothing changes, otherwise encoded in one or two passes. */
export const planFile = (
  facts: MediaFacts,
  selection: Selection,
  intent: TranscodeIntent,
  context: { caps: Capabilities; hardware: Hardware },
): Plan => {
  const warnings: string[] = [];
  const warn = (text: string): void => void (warnings.includes(text) || warnings.push(text));
  checkCopiedSound(selection.sound, intent);
  const { picture: source } = selection;
  const picture =
    source === null
      ? null
      : copiesPicture(source, intent)
        ? copyPicture(source, intent)
        : encodePicture(source, selection.durationMs, intent, { ...context, warn });
  if (picture?.framed === null && intent.video !== 'copy')
    warn('the video stream already is what was asked for, and is copied');
  const sound = selection.sound.map((stream) => chooseAudio(stream, intent, warn));
  const subtitles = chooseSubtitles(source === null ? [] : facts.subtitles, intent.container);
  if (subtitles.dropped > 0) warn(`${intent.container} cannot hold ${subtitles.dropped} of the subtitle tracks`);
  const rules = containerRules[intent.container];
  const name = `output.${rules.extension}`;
  const input = guardedInput('source', facts.demuxer, picture?.device === 'gpu' ? ['-hwaccel', 'cuda'] : []);
  const expectedDurationMs = selection.durationMs ?? 0;
  const step = (id: string, weight: number, argv: readonly Token[], writes: readonly string[]): Step => ({
    id,
    tool: 'ffmpeg',
    argv: [...ffmpegGlobals, ...input, ...argv],
    reads: ['source'],
    writes,
    weight,
    expectedDurationMs,
  });
  const maps = [
    ...(source ? [source.index] : []),
    ...sound.map((choice) => choice.stream.index),
    ...subtitles.maps,
  ].flatMap((index) => ['-map', `0:${index}`]);
  const encode = step(
    'encode',
    picture?.analysis ? 0.6 : 1,
    [
      ...maps,
      ...(picture?.args ?? []),
      ...sound.flatMap((choice, n) => audioArgs(choice, n, intent.audioBitrate)),
      ...subtitles.args,
      // Frames of a stream that starts late must not overflow the muxer's queue.
      '-max_muxing_queue_size',
      '4096',
      ...(muxers[intent.container] ?? []),
      { out: name },
    ],
    [name],
  );
  const analyse = picture?.analysis
    ? [step('analyse', 0.4, ['-map', `0:${source?.index}`, ...picture.analysis, '-an', '-f', 'null', '-'], [])]
    : [];
  const expect = expectation(selection, picture, sound, intent);
  return {
    kind: 'run',
    device: picture?.device ?? 'cpu',
    steps: [...analyse, encode],
    outputs: [{ name, kind: 'file', contentType: rules.contentType, expect, verify: 'probe' }],
    warnings,
    estimate: {
      durationMs: (picture?.estimateMs ?? 0) * (analyse.length + 1) + 500,
      ...(expect.frames === undefined ? {} : { frames: expect.frames }),
    },
  };
};
