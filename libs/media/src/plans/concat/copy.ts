import { outlasts, ratio } from '../../facts/media-facts.ts';
import type { AudioFacts } from '../../facts/media-facts.ts';
import type { Canvas } from '../../canvas/canvas.ts';
import type { Step } from '../plan.ts';
import { probeArgv } from '../../argv/probe.ts';
import type { Clip } from './clips.ts';

const soundKey = (sound: AudioFacts | undefined): string =>
  sound === undefined ? 'none' : [sound.codec, sound.sampleRateHz, sound.channels, sound.layout].join();

/** A picture that is copied cannot be held until its sound has begun, nor while it goes on. */
const startMsMax = 5;

const fills = ({ picture, facts, isWhole }: Clip, canvas: Canvas): boolean =>
  isWhole &&
  facts.demuxer === 'mov' &&
  facts.video.length === 1 &&
  facts.audio.length <= 1 &&
  picture.codec === 'h264' &&
  picture.pixFmt === 'yuv420p' &&
  picture.width === canvas.width &&
  picture.height === canvas.height &&
  picture.sar.num === picture.sar.den &&
  picture.rotation === 0 &&
  !picture.isVfr &&
  !picture.isInterlaced &&
  !picture.hasHiddenPictures &&
  picture.startMs <= startMsMax &&
  !outlasts(facts.audio[0], picture) &&
  Math.abs(ratio(picture.fps) - canvas.fps) < 0.001;

/** Whether the clips are alike and fill the canvas, as far as their headers tell. */
export const lookAlike = (clips: readonly Clip[], canvas: Canvas): boolean => {
  const sound = clips[0]?.facts.audio[0];
  const isPlayable = sound === undefined || sound.codec === 'aac' || sound.codec === 'mp3';
  return isPlayable && clips.every((clip) => fills(clip, canvas) && soundKey(clip.facts.audio[0]) === soundKey(sound));
};

const captureName = (n: number): string => `parameters-${n}`;

/** Reads the parameter sets of each clip: a decoder keeps those of the first. */
export const parameterSteps = (clips: readonly Clip[]): Step[] =>
  clips.map(({ name, facts }, n) => ({
    id: `parameters-${n + 1}`,
    tool: 'ffprobe',
    argv: probeArgv(facts.demuxer, ['-show_data_hash', 'md5', '-show_entries', 'stream=extradata_hash'], name),
    reads: [name],
    writes: [],
    weight: 1 / clips.length,
    expectedDurationMs: 0,
    capture: { name: captureName(n), from: 'stdout' },
  }));

/** Whether the parameters were read yet, and whether they are the same in all clips. */
export const parametersOf = (
  clips: readonly Clip[],
  measured: Readonly<Record<string, unknown>>,
): 'unknown' | 'same' | 'different' => {
  const read = clips.map((_, n) => measured[captureName(n)]);
  if (read.includes(undefined)) return 'unknown';
  const hashes = read.map(
    (text) =>
      String(text)
        .match(/"extradata_hash": "[^"]+"/g)
        ?.join() ?? '',
  );
  return hashes[0] !== '' && new Set(hashes).size === 1 ? 'same' : 'different';
};

/** A list of MP4 or MOV files as one input; nothing else is opened, whatever they hold. */
export const joinInput = (list: string) => [
  '-protocol_whitelist',
  'file,pipe',
  '-format_whitelist',
  'concat,mov',
  '-safe',
  '0',
  '-f',
  'concat',
  '-i',
  { scratch: list },
];
