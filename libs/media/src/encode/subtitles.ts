import type { Container } from '@ffapi/contracts';
import type { SubtitleFacts } from '../facts/media-facts.ts';

/** Subtitles that are text; all others are pictures of it. */
export const textCodecs: readonly string[] = ['subrip', 'ass', 'ssa', 'mov_text', 'webvtt', 'text'];
const targets: Partial<Record<Container, string>> = { mp4: 'mov_text', mov: 'mov_text', webm: 'webvtt', mkv: 'srt' };

/** Streams to map with their arguments; `dropped` counts those that the container cannot hold. */
export interface SubtitleChoice {
  readonly maps: readonly number[];
  readonly args: readonly string[];
  readonly dropped: number;
}

/** Carries subtitle tracks over, converted to what the container knows; pictures of text only fit into Matroska. */
export const chooseSubtitles = (streams: readonly SubtitleFacts[], container: Container): SubtitleChoice => {
  const target = targets[container];
  const codecFor = (codec: string): string | null => {
    if (target === undefined) return null;
    if (container === 'mkv' && codec !== 'mov_text') return 'copy';
    return textCodecs.includes(codec) ? target : null;
  };
  const kept = streams.flatMap((stream) => {
    const codec = codecFor(stream.codec);
    return codec === null ? [] : [{ index: stream.index, codec }];
  });
  return {
    maps: kept.map((stream) => stream.index),
    args: kept.flatMap((stream, n) => [`-c:s:${n}`, stream.codec]),
    dropped: streams.length - kept.length,
  };
};
