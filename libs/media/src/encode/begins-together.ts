import { beginningMs } from '../facts/media-facts.ts';
import type { AudioFacts, VideoFacts } from '../facts/media-facts.ts';
import { filter } from '../filtergraph/filter.ts';
import { seconds } from '../filtergraph/seconds.ts';
import type { Selection } from './sources.ts';

/** How far apart streams may begin without anybody noticing: a frame of sound. */
export const startToleranceMs = 25;

/** The moment of the file at which streams that begin together do: with the picture, where nothing is heard long before. */
export const commonBeginMs = ({ picture, sound }: Selection): number => {
  const firstMs = beginningMs([picture, ...sound]);
  return picture && picture.startMs - firstMs <= startToleranceMs ? picture.startMs : firstMs;
};

/** When a track of sound ends, after the start of the file. */
export const soundEndMs = ({ startMs, durationMs }: AudioFacts): number => startMs + (durationMs ?? 0);

/** The track that ends last. */
export const lastSound = (sound: readonly AudioFacts[]): AudioFacts | undefined =>
  sound.toSorted((a, b) => soundEndMs(b) - soundEndMs(a))[0];

/** A codec's own frames stick out at the end; what is more is missing. */
export const unevenMsMax = 100;

/** The last picture stands while sound goes on: a ladder ends with the shortest of its renditions in some players. */
export const heldFilters = (picture: VideoFacts, sound: AudioFacts | undefined): string[] => {
  if (picture.durationMs === null || sound === undefined || sound.durationMs === null) return [];
  const missingMs = sound.startMs + sound.durationMs - picture.startMs - picture.durationMs;
  if (missingMs <= unevenMsMax) return [];
  return [filter('tpad', { stop_mode: 'clone', stop_duration: seconds(missingMs) })];
};
