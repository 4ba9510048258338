import { containerRules } from '@ffapi/contracts';
import { muxers } from '../argv/muxers.ts';
import { plainTags } from '../argv/tags.ts';
import type { Token } from '../argv/token.ts';
import { filter } from '../filtergraph/filter.ts';
import type { PlannedOutput } from '../plans/plan.ts';
import { codecTag } from '../encode/file-picture.ts';
import { chooseSubtitles } from '../encode/subtitles.ts';
import type { Along } from './along.ts';
import { encoders } from './encoders.ts';
import type { SoundSource } from './source.ts';
import type { SoundTarget } from './target.ts';

export const soundName = ({ container }: SoundTarget): string => `output.${containerRules[container].extension}`;

/**
 * Beside a picture, sound that begins late or has holes is filled up. Sound alone begins with itself: some containers
 * would keep the distance, others drop it.
 */
export const timeFilters = ({ sound }: SoundSource, { picture }: SoundTarget): string[] => {
  if (picture) return [filter('aresample', { async: 1, first_pts: 0 })];
  return sound.startMs > 0 ? [filter('asetpts', { expr: 'PTS-STARTPTS' })] : [];
};

/** FFmpeg makes stereo of mono 3 dB quieter on its own. */
export const widened = (from: number, to: number): string[] =>
  from === 1 && to === 2 ? ['pan=stereo|c0=c0|c1=c0'] : [];

/** The filters every track begins with: in time, with the target's channels, in floating point, where nothing clips yet. */
export const headFilters = (source: SoundSource, target: SoundTarget): string[] => [
  ...timeFilters(source, target),
  ...widened(source.sound.channels, target.channels),
  filter('aformat', { sample_fmts: 'fltp', channel_layouts: target.layout }),
];

const depthArgs = ({ codec, isDeep }: SoundTarget): string[] => {
  if (codec === 'pcm') return ['-c:a', isDeep ? 'pcm_s24le' : encoders.pcm];
  return codec === 'flac' ? ['-c:a', encoders.flac, '-sample_fmt', isDeep ? 's32' : 's16'] : ['-c:a', encoders[codec]];
};

/** Encoder and its settings; the rate is said anew because filters may leave another one behind. */
export const encodeArgs = (target: SoundTarget): string[] => [
  ...depthArgs(target),
  ...(target.bitrate === null ? [] : ['-b:a', String(target.bitrate)]),
  '-ar',
  String(target.sampleRateHz),
];

const mapped = (indexes: readonly number[]): string[] => indexes.flatMap((index) => ['-map', `0:${index}`]);

const pictureArgs = (source: SoundSource, target: SoundTarget): Record<'before' | 'after' | 'codecs', string[]> => {
  if (target.picture === null) return { before: [], after: [], codecs: [] };
  const subtitles = chooseSubtitles(source.facts.subtitles, target.container);
  return {
    before: mapped([target.picture.index]),
    after: mapped(subtitles.maps),
    codecs: ['-c:v', 'copy', ...codecTag(target.picture.codec, target.container), ...subtitles.args],
  };
};

/** The arguments that write a graph's `[sound]` into the target's file, with what goes along. */
export const soundOutputArgs = (
  source: SoundSource,
  target: SoundTarget,
  graph: string,
  along: Pick<Along, 'input' | 'args'> = { input: [], args: [] },
): Token[] => {
  const { before, after, codecs } = pictureArgs(source, target);
  return [
    ...along.input,
    '-filter_complex',
    graph,
    ...before,
    '-map',
    '[sound]',
    ...after,
    ...encodeArgs(target),
    ...codecs,
    ...along.args,
    '-max_muxing_queue_size',
    '4096',
    ...plainTags(target.container),
    ...(muxers[target.container] ?? []),
    { out: soundName(target) },
  ];
};

/** The graph of one track through one chain. */
export const trackGraph = (source: SoundSource, filters: readonly string[]): string =>
  `[0:${source.sound.index}]${[...source.naming, ...filters].join(',')}[sound]`;

/** The codec that a probe of the finished file shows. */
const codecShown = ({ codec, isDeep }: SoundTarget): string => {
  if (codec === 'pcm') return isDeep ? 'pcm_s24le' : encoders.pcm;
  return codec;
};

/** How long a file is that sound as long as the source is written to, as the headers tell. */
export const wholeMs = (source: SoundSource, { picture }: SoundTarget): number =>
  picture ? Math.max(source.durationMs, picture.durationMs ?? source.facts.durationMs ?? 0) : source.durationMs;

/** The finished file, and what it must look like; a duration of 0 is not known and not checked. */
export const soundOutput = (target: SoundTarget, durationMs: number): PlannedOutput => ({
  name: soundName(target),
  kind: 'file',
  contentType: containerRules[target.container].contentType,
  expect: {
    ...(durationMs > 0 ? { durationMs } : {}),
    audioCodec: codecShown(target),
    audioStreams: 1,
    videoStreams: target.picture ? 1 : 0,
    ...(target.picture ? { videoCodec: target.picture.codec } : {}),
  },
  verify: 'probe',
});
