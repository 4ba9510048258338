import { inputAt, languageCode } from '@ffapi/contracts';
import type { SubtitlesMuxParams } from '@ffapi/contracts';
import { writeAss } from '../../../cues/ass.ts';
import { cuesUntil, hasText, leftOut, plainText } from '../../../cues/cue.ts';
import type { SubtitleText } from '../../../cues/cue.ts';
import { writeCues } from '../../../cues/cue-sheet.ts';
import type { MediaFacts } from '../../../facts/media-facts.ts';
import { refusePlan } from '../../plan.ts';
import { subtitleInput } from '../subtitle-input.ts';
import type { MuxFormat } from './container.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** A track as it goes into the muxer: a file of our own writing in scratch. */
export interface TrackFile {
  readonly name: string;
  readonly demuxer: 'srt' | 'ass' | 'webvtt';
  readonly codec: string;
  readonly content: string;
  /** As many as the container will hold. */
  readonly cues: number;
  readonly charset: string;
  readonly language: string;
  readonly title: string | null;
  readonly isDefault: boolean;
  readonly notes: readonly string[];
}

const atOnceMax = 8;
/** A cue of MP4 counts its bytes with 16 bits, and needs some for its looks. */
const mp4BytesMax = 60_000;

const textOf = (
  sheet: SubtitleText,
  format: MuxFormat,
  n: number,
): Pick<TrackFile, 'demuxer' | 'codec' | 'content' | 'cues'> => {
  if (format === 'mkv' && sheet.assHead !== undefined) {
    const content = writeAss(sheet.cues, sheet.assHead, true);
    return { demuxer: 'ass', codec: 'copy', content, cues: sheet.cues.length };
  }
  const cues = sheet.cues.filter(hasText);
  if (cues.length === 0) refusePlan('subtitle_unreadable', `track ${n} has no text within the video`);
  if (format === 'webm')
    return { demuxer: 'webvtt', codec: 'copy', content: writeCues(cues, 'vtt'), cues: cues.length };
  if (format === 'mkv') return { demuxer: 'srt', codec: 'copy', content: writeCues(cues, 'srt'), cues: cues.length };
  if (cues.some((cue) => new TextEncoder().encode(plainText(cue)).length > mp4BytesMax))
    refusePlan('subtitle_too_large', `a cue of track ${n} has more text than mp4 can hold in one; mkv can`);
  const flat =
    oneAtATime(cues, atOnceMax) ??
    refusePlan('codec_container_mismatch', `mp4 holds one cue at a time, and track ${n} shows too many; mkv can`);
  return { demuxer: 'srt', codec: 'mov_text', content: writeCues(flat, 'srt'), cues: flat.length };
};

/** The files of all tracks that a request adds. */
export const trackFiles = (
  { tracks }: SubtitlesMuxParams,
  facts: Readonly<Record<string, MediaFacts>>,
  format: MuxFormat,
): TrackFile[] => {
  // A cue behind the end would make the video longer.
  const endMs = facts.source?.durationMs ?? Number.POSITIVE_INFINITY;
  return tracks.map((track, n) => {
    const sheet = subtitleInput(facts, inputAt('tracks', n, 'subtitle_url'));
    const cues = cuesUntil(sheet.cues, endMs);
    const late = leftOut(sheet.cues.length - cues.length, 'after the end of the video');
    return {
      ...textOf({ ...sheet, cues }, format, n),
      notes: [...sheet.notes, ...late],
      name: `track${n}.txt`,
      charset: sheet.charset,
      language: languageCode(track.language) ?? 'und',
      title: track.title ?? null,
      isDefault: track.default,
    };
  });
};
