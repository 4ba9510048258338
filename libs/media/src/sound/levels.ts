import { parseFrameMetadata } from '../facts/frame-metadata.ts';
import type { FrameMetadata } from '../facts/frame-metadata.ts';
import { filter } from '../filtergraph/filter.ts';

type Statistic = 'Min_level' | 'Max_level' | 'RMS_level' | 'Peak_level' | 'Flat_factor' | 'DC_offset';

/** Filters that leave statistics of every window of samples in a file; text and memory stay small for hours of sound. */
export const levelMeter = (
  file: string,
  windowSamples: number,
  overall: readonly Statistic[],
  perChannel: readonly Statistic[] = [],
): string[] => [
  filter('aformat', { sample_fmts: 'flt' }),
  filter('asetnsamples', { n: windowSamples, p: 0 }),
  filter('astats', {
    metadata: 1,
    reset: 1,
    measure_overall: [...overall, 'Number_of_samples'].join('+'),
    measure_perchannel: perChannel.length === 0 ? 'none' : perChannel.join('+'),
  }),
  filter('ametadata', { mode: 'print', file }),
];

export interface LevelWindow {
  readonly samples: number;
  readonly overall: (statistic: Statistic) => number | null;
  /** Of a channel, counted from 0. */
  readonly channel: (channel: number, statistic: Statistic) => number | null;
}

const toWindow = ({ value }: FrameMetadata): LevelWindow => ({
  samples: value('astats.Overall.Number_of_samples') ?? 0,
  overall: (statistic) => value(`astats.Overall.${statistic}`),
  channel: (channel, statistic) => value(`astats.${channel + 1}.${statistic}`),
});

export const parseLevels = (text: string): LevelWindow[] => parseFrameMetadata(text).map(toWindow);

/** How many samples there really are; headers only tell what they were told. */
export const samplesOf = (windows: readonly LevelWindow[]): number =>
  windows.reduce((sum, window) => sum + window.samples, 0);

/** Mean level over all windows in dB, by energy; null for digital silence. */
export const meanDb = (
  windows: readonly LevelWindow[],
  level: (window: LevelWindow) => number | null,
): number | null => {
  const total = samplesOf(windows);
  const energy = windows.reduce((sum, window) => {
    const db = level(window);
    return db === null ? sum : sum + 10 ** (db / 10) * window.samples;
  }, 0);
  return total === 0 || energy === 0 ? null : 10 * Math.log10(energy / total);
};
