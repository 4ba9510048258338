import type { Material } from '../material.ts';
import { within } from '../measured-case.ts';
import type { MeasuredCase } from '../measured-case.ts';
import { band, levels, samples } from '../sound.ts';
import { lavfi } from './audio-material.ts';

const toneA = lavfi('sine=f=440:d=2:r=44100,volume=2');
const toneB = lavfi('sine=f=1500:d=5:r=48000');
const mixInputs = async ({ made }: Material) => ({
  'tracks-0-url': await made('tone-a.wav', ...toneA),
  'tracks-1-url': await made('tone-b.mp3', ...toneB, '-ac', '2', '-b:a', '192k'),
});
const mixTracks = [{ url: 'file_aaaa' }, { url: 'file_bbbb', volume: 0.5 }];

const mixCase: MeasuredCase = {
  name: 'the level stays when one track ends',
  operation: 'audio.mix',
  params: { tracks: mixTracks, output_format: 'wav' },
  inputs: mixInputs,
  measure: async ({ path, inputs }) => {
    const during = await levels(path(), { from: 0.5, seconds: 1 }, band(1_500));
    const after = await levels(path(), { from: 3, seconds: 1 }, band(1_500));
    const alone = await levels(inputs['tracks-1-url'] ?? '', { from: 3, seconds: 1 }, band(1_500));
    const voice = await levels(path(), { from: 0.5, seconds: 1 }, band(440));
    const voiceAlone = await levels(inputs['tracks-0-url'] ?? '', { from: 0.5, seconds: 1 }, band(440));
    return within({
      'step dB': [after.rmsDb - during.rmsDb, -0.5, 0.5],
      'half volume dB': [after.rmsDb - alone.rmsDb, -6.5, -5.5],
      'mono track dB': [voice.rmsDb - voiceAlone.rmsDb, -0.5, 0.5],
      seconds: [(await samples(path(), 8_000)).length / 8_000, 4.95, 5.08],
    });
  },
};

const duckingCase: MeasuredCase = {
  name: 'music ducks under the voice and comes back',
  operation: 'audio.mix',
  params: {
    tracks: [mixTracks[0], { url: 'file_bbbb', loop: true }],
    output_format: 'wav',
    ducking: {},
    duration: 'first',
  },
  inputs: async (material) => {
    const inputs = await mixInputs(material);
    const voice = await material.made('voice.wav', '-i', inputs['tracks-0-url'], '-af', 'apad=pad_dur=5');
    return { ...inputs, 'tracks-0-url': voice };
  },
  measure: async ({ path }) => {
    const during = await levels(path(), { from: 1, seconds: 0.8 }, band(1_500));
    const after = await levels(path(), { from: 4, seconds: 0.8 }, band(1_500));
    const again = await levels(path(), { from: 6, seconds: 0.8 }, band(1_500));
    return within({
      'ducked dB': [after.rmsDb - during.rmsDb, 6, 40],
      'loop dB': [again.rmsDb - after.rmsDb, -0.5, 0.5],
    });
  },
};

/** Mixes of two tones, told apart by their frequencies. */
export const audioMixCases: readonly MeasuredCase[] = [mixCase, duckingCase];
