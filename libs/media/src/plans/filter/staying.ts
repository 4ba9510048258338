import { ratio } from '../../facts/media-facts.ts';
import type { VideoFacts } from '../../facts/media-facts.ts';
import { filter, lastFrameStays } from '../../filtergraph/filter.ts';

/** The rate of what does not say its own, which `tpad` counts by. */
const anyRate = 25;

/** A side picture whose last frame stays without end: what is laid over ends with the picture below, and not before. */
export const staying = ({ fps }: VideoFacts): string[] => [
  ...(ratio(fps) > 0 ? [] : [filter('fps', { fps: anyRate })]),
  lastFrameStays,
];

/** Options of `overlay` for a side picture that stays: without them a longer one goes on behind the end of the film. */
export const endsWithPicture = { shortest: 1 } as const;
