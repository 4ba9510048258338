import type { AudioFacts } from '../facts/media-facts.ts';
import { filter } from '../filtergraph/filter.ts';
import { seconds } from '../filtergraph/seconds.ts';
import { soundFrom } from '../sound/from-moment.ts';
import { naming } from '../sound/layouts.ts';

export const sampleRateHz = 48_000;

/** Everything that is mixed has one rate and one layout: the first input would decide otherwise. */
export const stereo = (sound?: AudioFacts): string[] => [
  ...(sound ? naming(sound) : []),
  filter('aresample', { sample_rate: sampleRateHz }),
  filter('aformat', { sample_fmts: 'fltp', channel_layouts: 'stereo' }),
];

/** Sound from this moment of its file on, exactly this long: silence fills what is missing. */
export const lasting = (durationMs: number, beginMs = 0): string[] => [
  ...soundFrom(beginMs),
  'apad',
  filter('atrim', { end: seconds(durationMs) }),
];

/** Silence of this length. */
export const silence = (durationMs: number): string =>
  filter('anullsrc', { r: sampleRateHz, cl: 'stereo', d: seconds(durationMs) });

/** Adds sounds without making them quieter when one ends, and keeps the sum from clipping. */
export const mixed = (count: number): string[] => [
  filter('amix', { inputs: count, duration: 'longest', normalize: 0 }),
  filter('alimiter', { limit: 0.95, level: 'disabled' }),
];

/** Music that steps back while the second input speaks. */
export const ducked = filter('sidechaincompress', { threshold: 0.03, ratio: 8, attack: 20, release: 400 });
