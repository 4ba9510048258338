import type { ProcessParams } from '@ffapi/contracts';
import { filter } from '../filtergraph/filter.ts';

const amplitude = (db: number): number => Number((10 ** (db / 20)).toFixed(6));

const gate = ({ gate: settings }: ProcessParams): string[] =>
  settings === undefined
    ? []
    : [
        filter('agate', {
          threshold: amplitude(settings.threshold_db),
          range: amplitude(-settings.reduction_db),
          ratio: 20,
          attack: settings.attack_ms,
          release: settings.release_ms,
        }),
      ];

const equalizer = ({ equalizer: bands }: ProcessParams): string[] => [
  ...(bands?.bass_db ? [filter('bass', { gain: bands.bass_db, frequency: 100 })] : []),
  ...(bands?.mid_db ? [filter('equalizer', { frequency: 1_000, width_type: 'o', width: 1, gain: bands.mid_db })] : []),
  ...(bands?.treble_db ? [filter('treble', { gain: bands.treble_db, frequency: 8_000 })] : []),
];

const compressor = ({ compressor: settings }: ProcessParams): string[] =>
  settings === undefined
    ? []
    : [
        filter('acompressor', {
          threshold: amplitude(settings.threshold_db),
          ratio: settings.ratio,
          attack: settings.attack_ms,
          release: settings.release_ms,
          makeup: amplitude(settings.makeup_db),
        }),
      ];

const gain = ({ gain_db: gainDb }: ProcessParams): string[] =>
  gainDb === 0 ? [] : [filter('volume', { volume: `${gainDb}dB`, precision: 'float' })];

/** Everything that changes levels, up to the limiter. */
export const levelStages = (params: ProcessParams): string[] => [
  ...gate(params),
  ...equalizer(params),
  ...compressor(params),
  ...gain(params),
];

/** Whether these stages can lift peaks. */
export const mayClip = ({ equalizer: bands, compressor: settings, gain_db: gainDb }: ProcessParams): boolean =>
  gainDb > 0 ||
  (settings?.makeup_db ?? 0) > 0 ||
  [bands?.bass_db, bands?.mid_db, bands?.treble_db].some((db) => (db ?? 0) > 0);

/** Fades of a track that lasts so many seconds. */
export const fadeStages = (
  { fade_in: fadeIn, fade_out: fadeOut }: { readonly fade_in: number; readonly fade_out: number },
  seconds: number,
): string[] => [
  ...(fadeIn > 0 ? [filter('afade', { type: 'in', start_time: 0, duration: fadeIn })] : []),
  ...(fadeOut > 0
    ? [filter('afade', { type: 'out', start_time: Math.max(0, seconds - fadeOut).toFixed(6), duration: fadeOut })]
    : []),
];
