import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { execOf, made, real, runOn } from './fixtures/scratch.ts';

const exec = execOf();

/** A tone that is too quiet for 16 bits: half a step of theirs. */
const quiet = ['-f', 'lavfi', '-i', 'aevalsrc=0.00002*sin(2*PI*440*t):s=48000:d=2'];

const sources = [
  ['WAV of 24 bits', await made('deep.wav', ...quiet, '-c:a', 'pcm_s24le')],
  ['WAV of floating point', await made('float.wav', ...quiet, '-c:a', 'pcm_f32le')],
  ['FLAC of 24 bits', await made('deep.flac', ...quiet, '-c:a', 'flac', '-sample_fmt', 's32')],
] as const;

const wav = { output_format: 'wav' };
const tracks = [{ url: 'file_aaaa' }, { url: 'file_aaaa' }];

/** How loud it is at its loudest, in dB of full scale. */
const peakDb = async (path: string): Promise<number> => {
  const { stderr } = await promisify(execFile)(real.ffmpeg, ['-i', path, '-af', 'volumedetect', '-f', 'null', '-']);
  return Number(/max_volume: (-?[\d.]+|-inf) dB/.exec(stderr)?.[1] ?? NaN);
};

describe.each(sources)('a %s', (_, source) => {
  it.each([
    ['transcode', { output_format: 'wav' }],
    ['audio.extract', { format: 'wav', sample_rate: 44_100 }],
    ['audio.process', { gain_db: -1, ...wav }],
    ['audio.mix', { tracks, ...wav }],
    ['audio.noise_reduction', { profile: 'light', ...wav }],
    ['audio.silence', { remove: true, threshold_db: -100, ...wav }],
  ] as const)('stays as fine behind %s %j', async (operation, params) => {
    const names = operation === 'audio.mix' ? ['tracks-0-url', 'tracks-1-url'] : ['source'];
    const inputs = Object.fromEntries(names.map((name) => [name, source]));
    const { artifacts } = await runOn(exec, operation, params, inputs);
    const path = artifacts[0]?.path ?? '';
    const [sound] = (await exec.probe(path)).facts.audio;
    expect(sound?.codec).toMatch(/^pcm_(s24le|s32le|f32le)$/);
    expect(await peakDb(path)).toBeGreaterThan(-130);
  });
});
