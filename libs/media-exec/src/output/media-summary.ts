import { pictureOf, ratio } from '@ffapi/media';
import type { MediaFacts, Size } from '@ffapi/media';

/** What users are shown of a finished file. */
export interface MediaSummary {
  readonly durationMs: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly fps: number | null;
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
  readonly bitrateKbps: number | null;
}

const nothing: MediaSummary = {
  durationMs: null,
  width: null,
  height: null,
  fps: null,
  videoCodec: null,
  audioCodec: null,
  bitrateKbps: null,
};

export const summaryOfFacts = (facts: MediaFacts): MediaSummary => {
  const picture = pictureOf(facts);
  return {
    durationMs: facts.durationMs,
    width: picture?.width ?? null,
    height: picture?.height ?? null,
    fps: picture && ratio(picture.fps) > 0 ? ratio(picture.fps) : null,
    videoCodec: picture?.codec ?? null,
    audioCodec: facts.audio[0]?.codec ?? null,
    // A manifest reads as 0.
    bitrateKbps: facts.bitrateKbps || null,
  };
};

export const summaryOfImage = (size: Size): MediaSummary => ({ ...nothing, width: size.width, height: size.height });
export const emptySummary = (): MediaSummary => nothing;
