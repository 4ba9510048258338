import type { MixParams } from '@ffapi/contracts';
import { filter } from '../../../filtergraph/filter.ts';
import { widened } from '../../../sound/output.ts';
import { fadeStages } from '../../../sound/stages.ts';
import { mixRateHz } from './tracks.ts';
import type { MixTrack, Timeline } from './tracks.ts';

const samples = (seconds: number): number => Math.round(seconds * mixRateHz);

const trackChain = ({ source, settings, playedSeconds }: MixTrack, input: number): string =>
  `[${input}:${source.sound.index}]${[
    ...source.naming,
    ...widened(source.sound.channels, 2),
    // The first input would decide the layout of all.
    filter('aformat', { sample_fmts: 'fltp', sample_rates: mixRateHz, channel_layouts: 'stereo' }),
    filter('asetpts', { expr: 'N/SR/TB' }),
    filter('atrim', { end_sample: samples(playedSeconds) }),
    ...(settings.volume === 1 ? [] : [filter('volume', { volume: settings.volume, precision: 'float' })]),
    ...fadeStages(settings, playedSeconds),
    ...(settings.offset > 0 ? [filter('adelay', { delays: `${samples(settings.offset)}S`, all: 1 })] : []),
  ].join(',')}[track${input}]`;

// By default amix divides by the number of inputs, and the rest jumps up when one ends.
const sum = (inputs: readonly string[], output: string): string =>
  `${inputs.map((name) => `[${name}]`).join('')}${filter('amix', {
    inputs: inputs.length,
    duration: 'longest',
    normalize: 0,
  })}[${output}]`;

const ducked = (names: readonly string[], settings: NonNullable<MixParams['ducking']>): string[] => {
  const [voice = '', ...others] = names;
  return [
    `[${voice}]asplit[voice][key]`,
    // The compressor ends with the shorter of its inputs.
    '[key]apad[endless]',
    sum(others, 'bed'),
    `[bed][endless]${filter('sidechaincompress', {
      threshold: (10 ** (settings.threshold_db / 20)).toFixed(6),
      ratio: settings.ratio,
      attack: 20,
      release: settings.release_ms,
    })}[ducked]`,
    sum(['voice', 'ducked'], 'sum'),
  ];
};

/** The graph of all tracks into one, with these filters behind, under a label. */
export const mixGraph = (
  { tracks, seconds }: Timeline,
  ducking: MixParams['ducking'],
  behind: readonly string[],
  label: string,
): string => {
  const names = tracks.map((_, n) => `track${n}`);
  return [
    ...tracks.map(trackChain),
    ...(ducking ? ducked(names, ducking) : [sum(names, 'sum')]),
    `[sum]${[filter('atrim', { end_sample: samples(seconds) }), ...behind].join(',')}[${label}]`,
  ].join(';');
};
