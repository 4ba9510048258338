import { together, within } from '../measured-case.ts';
import type { Made, MeasuredCase, Verdict } from '../measured-case.ts';
import { band, levels } from '../sound.ts';
import { lavfi } from './audio-material.ts';

const process = (
  name: string,
  params: Readonly<Record<string, unknown>>,
  source: readonly string[],
  measure: (made: Made) => Promise<Verdict>,
): MeasuredCase => ({
  name,
  operation: 'audio.process',
  params: { output_format: 'wav', ...params },
  inputs: async ({ made }) => ({ source: await made(`${name.replaceAll(' ', '-')}.wav`, ...source) }),
  measure,
});

/** A second at -29 dB, then one at -9 dB, by their peaks. */
const quietThenLoud = lavfi('aevalsrc=sin(2*PI*440*t)*(0.0355+0.3195*gte(t\\,1)):d=2:s=48000');

const change = async ({ path, inputs }: Made, from: number, graph = 'anull'): Promise<number> => {
  const stretch = { from, seconds: 0.4 };
  const [before, after] = [await levels(inputs.source ?? '', stretch, graph), await levels(path(), stretch, graph)];
  return after.rmsDb - before.rmsDb;
};

/** Every stage of audio.process by levels of stretches and bands. */
export const audioShapingCases: readonly MeasuredCase[] = [
  process(
    'equalizer',
    { equalizer: { bass_db: 6, mid_db: -6, treble_db: 6 }, gain_db: -12 },
    lavfi('anoisesrc=c=white:a=0.3:d=3:r=48000:seed=2'),
    async (made) => {
      const gain = async (hz: number): Promise<number> => (await change({ ...made }, 0.5, band(hz))) + 12;
      return within({
        'bass dB': [await gain(40), 5, 7],
        'mid dB': [await gain(1_000), -7, -5],
        'treble dB': [await gain(14_000), 5, 7],
      });
    },
  ),
  process('gate', { gate: { threshold_db: -20, reduction_db: 40 } }, quietThenLoud, async (made) =>
    within({ 'quiet dB': [await change(made, 0.5), -60, -30], 'loud dB': [await change(made, 1.5), -0.5, 0.5] }),
  ),
  process('compressor', { compressor: { threshold_db: -25, ratio: 4 } }, quietThenLoud, async (made) =>
    within({ 'quiet dB': [await change(made, 0.5), -1, 0.5], 'loud dB': [await change(made, 1.5), -13, -6] }),
  ),
  process('limiter', { gain_db: 12, limiter: { ceiling_db: -6 } }, quietThenLoud, async ({ path }) => {
    const { peakDb } = await levels(path(), { from: 0 });
    return within({ 'peak dB': [peakDb, -6.3, -5.9] });
  }),
  process('fades', { fade_in: 0.5, fade_out: 0.5 }, lavfi('sine=f=440:d=2:r=48000,volume=4'), async (made) => {
    const middle = (await levels(made.path(), { from: 0.9, seconds: 0.2 })).rmsDb;
    const [start, half, end] = [
      await levels(made.path(), { from: 0, seconds: 0.02 }),
      await levels(made.path(), { from: 0.24, seconds: 0.02 }),
      await levels(made.path(), { from: 1.98 }),
    ];
    return within({
      'start dB': [start.rmsDb - middle, -90, -20],
      'half way dB': [half.rmsDb - middle, -6.5, -5.5],
      'end dB': [end.rmsDb - middle, -90, -20],
    });
  }),
  process(
    'mono of channels that cancel out',
    { channels: 'mono' },
    [...lavfi('sine=f=440:d=2:r=48000,volume=4'), '-af', 'pan=stereo|c0=c0|c1=-1*c0'],
    async (made) => {
      const isSaid = made.outcome.warnings.some((warning) => warning.includes('cancel each other out'));
      const { rmsDb } = await levels(made.path(), { from: 0 });
      return together(within({ 'level dB': [rmsDb, -9.5, -8.5] }), {
        figures: {},
        misses: isSaid ? [] : ['nobody was warned'],
      });
    },
  ),
];
