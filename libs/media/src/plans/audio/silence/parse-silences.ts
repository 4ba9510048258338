import { parseFrameMetadata } from '../../../facts/frame-metadata.ts';

/** A stretch without sound, in seconds from the beginning. */
export interface Silence {
  readonly start: number;
  readonly end: number;
}

/** The silences that FFmpeg's detector wrote into frames; one that is still open at the end lasts to the end. */
export const parseSilences = (text: string, duration: number): Silence[] => {
  const silences: Silence[] = [];
  let start: number | null = null;
  for (const { value } of parseFrameMetadata(text)) {
    const end = value('silence_end');
    if (end !== null && start !== null) {
      silences.push({ start, end: Math.min(end, duration) });
      start = null;
    }
    const next = value('silence_start');
    if (next !== null) start = Math.max(0, next);
  }
  return start !== null && start < duration ? [...silences, { start, end: duration }] : silences;
};
