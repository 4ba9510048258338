import { readFile } from 'node:fs/promises';
import type { Material } from '../material.ts';
import { together, within } from '../measured-case.ts';
import type { Made, MeasuredCase } from '../measured-case.ts';
import { complaints, packets } from '../measure.ts';
import { delaySamples, dominantHz, levels, loudness, samples, siSdrDb } from '../sound.ts';
import { audioMixCases } from './audio-mix.ts';
import { audioShapingCases } from './audio-shaping.ts';
import { filmSound, lavfi } from './audio-material.ts';

const rateHz = 48_000;

const stereo = async (material: Material) => ({ source: await filmSound(material) });
const result = <T>({ outcome }: Made): T => outcome.plan.result as unknown as T;

const isClean = async (path: string) => {
  const said = await complaints({ path, stream: 0 });
  return { figures: {}, misses: said === '' ? [] : [`decoding says ${said.slice(0, 200)}`] };
};

const loudnessCase = (target: number, format: string): MeasuredCase => ({
  name: `${target} LUFS in ${format}`,
  operation: 'audio.normalize',
  params: { target_lufs: target, true_peak: -1, output_format: format },
  inputs: stereo,
  measure: async ({ path, outcome }) => {
    const { lufs, truePeakDbtp } = await loudness(path());
    const rounds = (outcome.plan.result as { rounds: number }).rounds;
    const kept = within({
      lufs: [lufs, target - 0.3, target + 0.3],
      'peak dBTP': [truePeakDbtp, -70, -1],
      rounds: [rounds, 1, 6],
    });
    return together(kept, await isClean(path()));
  },
});

/** The film with other sound: every frame is there, and the sound is where it was. */
const inSync = async ({ path, inputs, artifact }: Made) => {
  const [before, after] = [inputs.source ?? '', path()];
  const frames = (await packets({ path: before, stream: 0 })).count;
  const [sound, heard] = [await samples(before, rateHz), await samples(after, rateHz)];
  const delay = delaySamples(sound, heard, { from: 4 * rateHz, count: rateHz, most: 1_500 });
  const seen = (await packets({ path: after, stream: 0 })).count;
  return together(
    within({ frames: [seen, frames, frames], 'delay samples': [delay, -47, 47] }),
    { figures: {}, misses: artifact().name === 'output.mp4' ? [] : ['it is no MP4'] },
    await isClean(after),
  );
};

const filmCase = (
  name: string,
  operation: MeasuredCase['operation'],
  params: MeasuredCase['params'],
): MeasuredCase => ({
  name,
  operation,
  params,
  inputs: async ({ film }) => ({ source: film }),
  measure: inSync,
});

const surroundCase: MeasuredCase = {
  ...filmCase('-16 LUFS of the film, picture and six channels kept', 'audio.normalize', { target_lufs: -16 }),
  measure: async (made) => {
    const { lufs, truePeakDbtp } = await loudness(made.path());
    return together(within({ lufs: [lufs, -16.3, -15.7], 'peak dBTP': [truePeakDbtp, -70, -1] }), await inSync(made));
  },
};

/** Like a voice: a gliding pitch with its harmonics, in syllables of a quarter of a second with pauses between them. */
const syllables = '0.5*max(0\\,sin(2*PI*2*t))';
const pitch = '2*PI*(140*t+6*sin(2*PI*0.7*t))';
const voice = ({ made }: Material): Promise<string> =>
  made(
    'voice-like.wav',
    ...lavfi(
      `aevalsrc=${syllables}*(${[1, 2, 3, 5, 8, 13].map((n) => `sin(${n}*${pitch})/${n}`).join('+')})/2:d=6:s=${rateHz}`,
    ),
  );

/** A second of noise, then the voice under the same noise. */
const noisy = async (material: Material): Promise<string> =>
  material.made(
    'noisy.wav',
    '-i',
    await voice(material),
    ...lavfi(`anoisesrc=c=pink:a=0.04:d=7:r=${rateHz}:seed=1`),
    '-filter_complex',
    '[0]adelay=1000:all=1[s];[s][1]amix=normalize=0:duration=longest[o]',
    '-map',
    '[o]',
  );

const noiseCase: MeasuredCase = {
  name: 'noise learned from the first second',
  operation: 'audio.noise_reduction',
  params: { profile: 'moderate', sample_duration: 1, output_format: 'wav' },
  inputs: async (material) => ({
    source: await noisy(material),
    // Not an input of the operation; what the noise was added to.
    clean: await voice(material),
  }),
  measure: async ({ path, inputs }) => {
    const lead = { from: 0.1, seconds: 0.8 };
    const [before, after] = [await levels(inputs.source ?? '', lead), await levels(path(), lead)];
    const [noise, heard, clean] = [
      await samples(inputs.source ?? '', rateHz),
      await samples(path(), rateHz),
      await samples(inputs.clean ?? '', rateHz),
    ];
    const padded = new Float32Array(clean.length + rateHz);
    padded.set(clean, rateHz);
    const delay = delaySamples(noise, heard, { from: 1.5 * rateHz, count: rateHz, most: 1_500 });
    return within({
      'floor drop dB': [before.rmsDb - after.rmsDb, 8, 60],
      'SI-SDR gain dB': [siSdrDb(padded, heard, rateHz) - siSdrDb(padded, noise, rateHz), 0, 40],
      'delay samples': [delay, -47, 47],
      'length difference': [heard.length - noise.length, 0, 0],
    });
  },
};

const extractCase = (format: string, codec: string): MeasuredCase => ({
  name: `the film's sound as ${format}`,
  operation: 'audio.extract',
  params: { format, ...(format === 'mp3' ? { bitrate: '192k', sample_rate: 44_100 } : {}) },
  inputs: async ({ film }) => ({ source: film }),
  measure: async ({ path, inputs, artifact }) => {
    const [heard, source] = [await samples(path(), 8_000), await samples(inputs.source ?? '', 8_000)];
    const shown = artifact().media.audioCodec;
    return together(
      within({ 'length difference ms': [(heard.length - source.length) / 8, -60, 60] }),
      { figures: {}, misses: shown === codec ? [] : [`codec ${shown}`] },
      await isClean(path()),
    );
  },
});

const tempoCase = (tempo: number, format: string): MeasuredCase => ({
  name: `${tempo} times as fast, ${format}`,
  operation: 'audio.tempo',
  params: { tempo, output_format: format },
  inputs: async ({ made }) => ({
    source: await made('tone.wav', ...lavfi('sine=f=440:d=4:r=44100'), '-ac', '2'),
  }),
  measure: async ({ path }) => {
    const heard = await samples(path(), 44_100);
    return within({
      seconds: [heard.length / 44_100, 4 / tempo - 1152 / 44_100, 4 / tempo + 1152 / 44_100],
      Hz: [dominantHz(heard.subarray(8_820), 44_100, 400, 480), 435.6, 444.4],
    });
  },
});

const analyzeCase: MeasuredCase = {
  name: 'the figures of an independent meter',
  operation: 'audio.analyze',
  params: {},
  inputs: stereo,
  measure: async (made) => {
    const seen = await loudness(made.inputs.source ?? '');
    const told = result<{ integrated_lufs: number; true_peak_dbtp: number; duration: number }>(made);
    return within({
      lufs: [told.integrated_lufs, seen.lufs - 0.1, seen.lufs + 0.1],
      'peak dBTP': [told.true_peak_dbtp, seen.truePeakDbtp - 0.1, seen.truePeakDbtp + 0.1],
      seconds: [told.duration, 5.9, 6.1],
    });
  },
};

/** Two seconds of tone, one of nothing, again tone, and a second of nothing at the end. */
const broken = ({ made }: Material): Promise<string> =>
  made('broken.wav', ...lavfi('aevalsrc=0.3*sin(2*PI*440*t)*(lt(t\\,2)+between(t\\,3\\,4.5)):d=5.5:s=48000'));

const silenceCase: MeasuredCase = {
  name: 'silences are found and cut out',
  operation: 'audio.silence',
  params: { remove: true, output_format: 'wav' },
  inputs: async (material) => ({ source: await broken(material) }),
  measure: async (made) => {
    const { silences } = result<{ silences: { start: number; end: number }[] }>(made);
    const [first, last] = silences;
    const { rmsDb } = await levels(made.path(), { from: 0 }, 'anull');
    return within({
      silences: [silences.length, 2, 2],
      'first start': [first?.start ?? -1, 1.95, 2.05],
      'first end': [first?.end ?? -1, 2.95, 3.05],
      'last start': [last?.start ?? -1, 4.45, 4.55],
      'last end': [last?.end ?? -1, 5.45, 5.55],
      'seconds left': [(await samples(made.path(), 8_000)).length / 8_000, 3.45, 3.55],
      'level dB': [rmsDb, -13.6, -13.3],
    });
  },
};

const waveformCase: MeasuredCase = {
  name: 'peaks are those of the samples',
  operation: 'audio.waveform',
  params: { points: 500 },
  inputs: async (material) => ({
    source: await material.made('mono.wav', '-i', await filmSound(material), '-af', 'pan=mono|c0=c0'),
  }),
  measure: async ({ path, inputs }) => {
    const { peaks } = JSON.parse(await readFile(path('waveform.json'), 'utf8')) as {
      peaks: Record<'min' | 'max' | 'rms', number[]>;
    };
    const sound = await samples(inputs.source ?? '', rateHz);
    const size = sound.length / peaks.max.length;
    const worst = peaks.max.reduce((most, value, n) => {
      // The edges of a point are exact to an eighth of it.
      const inner = sound.subarray(Math.ceil((n + 0.125) * size), Math.floor((n + 0.875) * size));
      const outer = sound.subarray(Math.max(0, Math.floor((n - 0.125) * size)), Math.ceil((n + 1.125) * size));
      return Math.max(most, Math.max(...inner) - value, value - Math.max(...outer));
    }, 0);
    return within({ points: [peaks.max.length, 500, 500], 'worst difference': [worst, 0, 0.001] });
  },
};

/** Sound measured by tools and arithmetic that the product does not use. */
export const audioCases: readonly MeasuredCase[] = [
  ...[-23, -16, -14].flatMap((target) => ['mp3', 'm4a', 'wav'].map((format) => loudnessCase(target, format))),
  surroundCase,
  filmCase('the film keeps its picture', 'audio.noise_reduction', { profile: 'light' }),
  filmCase('the film keeps its picture', 'audio.process', { limiter: { ceiling_db: -3 }, fade_in: 0.2 }),
  noiseCase,
  extractCase('mp3', 'mp3'),
  extractCase('aac', 'aac'),
  extractCase('flac', 'flac'),
  extractCase('wav', 'pcm_s16le'),
  extractCase('opus', 'opus'),
  extractCase('ogg', 'vorbis'),
  tempoCase(0.5, 'wav'),
  tempoCase(1.25, 'mp3'),
  tempoCase(2, 'ogg'),
  analyzeCase,
  silenceCase,
  waveformCase,
  ...audioMixCases,
  ...audioShapingCases,
];
