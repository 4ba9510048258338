import { levelMeter, meanDb, parseLevels } from './levels.ts';

/** Left, right, and their half sum and half difference, so that one pass sees what mono would lose. */
const midAndSide = 'pan=quad|c0=c0|c1=c1|c2=0.5*c0+0.5*c1|c3=0.5*c0-0.5*c1';

/** A side this much above the mid, in dB, is stereo that cancels itself out. */
const antiPhaseDb = 10;

/** Filters that measure the phase of stereo sound. */
export const phaseMeter = (file: string, sampleRateHz: number): string[] => [
  midAndSide,
  ...levelMeter(file, sampleRateHz, [], ['RMS_level']),
];

export interface Phase {
  readonly isAntiPhase: boolean;
  /** What a mix to mono would lose, in dB; 0 where it loses nothing to speak of. */
  readonly lossDb: number;
  /** The louder channel. */
  readonly louder: 0 | 1;
}

const floorDb = -200;

/** How the two channels stand to each other. */
export const parsePhase = (text: string): Phase => {
  const windows = parseLevels(text);
  const level = (channel: number): number =>
    meanDb(windows, (window) => window.channel(channel, 'RMS_level')) ?? floorDb;
  const [left, right, mid, side] = [level(0), level(1), level(2), level(3)];
  const isSilent = Math.max(left, right) <= floorDb;
  return {
    isAntiPhase: !isSilent && side - mid >= antiPhaseDb,
    lossDb: isSilent ? 0 : Math.max(0, side - mid),
    louder: right > left ? 1 : 0,
  };
};
