import { filter } from '../../filtergraph/filter.ts';

export const sampleRateHz = 48_000;

/** Everything that is mixed has one rate and one layout: the first input would decide otherwise. */
export const stereo: readonly string[] = [
  filter('aresample', { sample_rate: sampleRateHz }),
  filter('aformat', { sample_fmts: 'fltp', channel_layouts: 'stereo' }),
];

/** Sound from its first sample, exactly this long: silence fills what is missing. */
export const lasting = (durationMs: number): string[] => [
  filter('asetpts', { expr: 'PTS-STARTPTS' }),
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

export const seconds = (durationMs: number): string => (durationMs / 1000).toFixed(6).replace(/\.?0+$/, '');
