import type { SubtitleText } from '../cues/cue.ts';
import type { MediaFacts } from './media-facts.ts';

/** The facts of a subtitle file: its text, and no stream. */
export const subtitleFacts = (text: SubtitleText, sizeBytes: number): MediaFacts => ({
  demuxer: 'subtitle',
  container: text.format,
  zeroMs: 0,
  durationMs: null,
  bitrateKbps: null,
  sizeBytes,
  video: [],
  audio: [],
  subtitles: [],
  unheard: [],
  text,
});
