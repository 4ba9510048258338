import { execFile } from 'node:child_process';
import { tool } from './measure.ts';

const soundOf = (path: string, graph: string): Promise<string> =>
  tool('ffmpeg', ['-v', 'info', '-nostats', '-i', path, '-map', '0:a:0', '-af', graph, '-f', 'null', '-']).then(
    ({ stderr }) => stderr,
  );

const figure = (text: string, pattern: RegExp): number => {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`${pattern} is not in ${text.slice(-500)}`);
  return found.endsWith('inf') ? Number.NEGATIVE_INFINITY : Number(found);
};

/** Loudness and true peak by FFmpeg's own summary. */
export const loudness = async (path: string): Promise<{ lufs: number; truePeakDbtp: number }> => {
  const said = await soundOf(path, 'ebur128=peak=true:framelog=verbose');
  return {
    lufs: figure(said, /\bI:\s+(-?[\d.]+|-inf) LUFS/),
    truePeakDbtp: figure(said, /Peak:\s+(-?[\d.]+|-inf) dBFS/),
  };
};

/** A stretch of a file in seconds; to the end without a length. */
export interface Stretch {
  readonly from: number;
  readonly seconds?: number;
}

const cut = ({ from, seconds }: Stretch): string =>
  `atrim=start=${from}${seconds === undefined ? '' : `:duration=${seconds}`}`;

/** Level (RMS) and sample peak of a stretch, in dB, behind other filters. */
export const levels = async (
  path: string,
  stretch: Stretch,
  graph = 'anull',
): Promise<{ rmsDb: number; peakDb: number }> => {
  const meter = 'astats=measure_perchannel=none:measure_overall=RMS_level+Peak_level';
  const said = await soundOf(path, `${graph},${cut(stretch)},${meter}`);
  return {
    rmsDb: figure(said, /RMS level dB: (-?[\d.]+|-inf)/),
    peakDb: figure(said, /Peak level dB: (-?[\d.]+|-inf)/),
  };
};

/** Filters that leave half an octave around a frequency. */
export const band = (hz: number): string => Array.from({ length: 3 }, () => `bandpass=f=${hz}:t=o:w=0.5`).join(',');

/** Every sample of the first audio track, mixed to one channel. */
export const samples = (path: string, rateHz: number): Promise<Float32Array> =>
  new Promise((resolve, reject) => {
    const argv = ['-v', 'error', '-i', path, '-map', '0:a:0', '-ac', '1', '-ar', String(rateHz), '-f', 'f32le', '-'];
    execFile('ffmpeg', argv, { encoding: 'buffer', maxBuffer: 256 * 1024 * 1024 }, (error, stdout) => {
      if (error) reject(error);
      else resolve(new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length)));
    });
  });

const product = (a: Float32Array, b: Float32Array, lag: number, from: number, count: number): number => {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += (a[i] ?? 0) * (b[i + lag] ?? 0);
  return sum;
};

/** Samples by which the second sound is late, found where the two are most alike. */
export const delaySamples = (
  before: Float32Array,
  after: Float32Array,
  { from, count, most }: { readonly from: number; readonly count: number; readonly most: number },
): number => {
  let [best, bestLag] = [Number.NEGATIVE_INFINITY, 0];
  for (let lag = -most; lag <= most; lag++) {
    const alike = product(before, after, lag, from, count);
    if (alike > best) [best, bestLag] = [alike, lag];
  }
  return bestLag;
};

/** Scale-invariant ratio of signal to distortion, in dB. */
export const siSdrDb = (clean: Float32Array, heard: Float32Array, from = 0): number => {
  const count = Math.min(clean.length, heard.length) - from;
  const scale = product(clean, heard, 0, from, count) / product(clean, clean, 0, from, count);
  let [signal, distortion] = [0, 0];
  for (let i = from; i < from + count; i++) {
    const target = scale * (clean[i] ?? 0);
    signal += target ** 2;
    distortion += ((heard[i] ?? 0) - target) ** 2;
  }
  return 10 * Math.log10(signal / distortion);
};

/** The frequency between two bounds, in steps of 1 Hz, that a second of sound has most of. */
export const dominantHz = (sound: Float32Array, rateHz: number, from: number, to: number): number => {
  let [best, bestHz] = [0, 0];
  for (let hz = from; hz <= to; hz++) {
    let [real, imaginary] = [0, 0];
    for (let i = 0; i < rateHz; i++) {
      const angle = (2 * Math.PI * hz * i) / rateHz;
      real += (sound[i] ?? 0) * Math.cos(angle);
      imaginary += (sound[i] ?? 0) * Math.sin(angle);
    }
    const power = real ** 2 + imaginary ** 2;
    if (power > best) [best, bestHz] = [power, hz];
  }
  return bestHz;
};
