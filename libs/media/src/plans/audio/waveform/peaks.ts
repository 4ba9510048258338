import type { LevelWindow } from '../../../sound/levels.ts';

/** Lowest, highest and effective value of every point, over all channels, from -1 to 1. */
export interface Peaks {
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly rms: readonly number[];
}

const clamp = (value: number): number => Math.max(-1, Math.min(1, Math.round(value * 10_000) / 10_000));

const effective = (windows: readonly LevelWindow[]): number => {
  const samples = windows.reduce((sum, window) => sum + window.samples, 0);
  const energy = windows.reduce((sum, window) => {
    const db = window.overall('RMS_level');
    return db === null ? sum : sum + 10 ** (db / 10) * window.samples;
  }, 0);
  return samples === 0 ? 0 : Math.sqrt(energy / samples);
};

/** The windows of a measurement drawn together into so many points; fewer windows than points are repeated. */
export const peaksOf = (windows: readonly LevelWindow[], points: number): Peaks => {
  const groups = Array.from({ length: points }, (_, n) => {
    const from = Math.floor((n * windows.length) / points);
    return windows.slice(from, Math.max(from + 1, Math.floor(((n + 1) * windows.length) / points)));
  });
  return {
    min: groups.map((group) => clamp(Math.min(...group.map((window) => window.overall('Min_level') ?? 0)))),
    max: groups.map((group) => clamp(Math.max(...group.map((window) => window.overall('Max_level') ?? 0)))),
    rms: groups.map((group) => clamp(effective(group))),
  };
};
