import type { WaveformParams } from '@ffapi/contracts';
import { ffmpegGlobals } from '../../../argv/guard.ts';
import { filter } from '../../../filtergraph/filter.ts';
import { extentStep, parseExtent } from '../../../sound/extent.ts';
import { levelMeter, parseLevels } from '../../../sound/levels.ts';
import { rounded } from '../../../sound/loudness.ts';
import { measureStep, soundSource } from '../../../sound/source.ts';
import type { SoundSource } from '../../../sound/source.ts';
import type { PlanFn, PlannedOutput, Step } from '../../plan.ts';
import { measurePlan, runPlan } from '../audio-plans.ts';
import { drawing } from './drawing.ts';
import { peaksOf } from './peaks.ts';

const drawingFile = 'waveform.grey';
const imageName = 'waveform.png';
/** Windows that a point is put together from: the edges of points are exact to this part of one. */
const windowsPerPoint = 8;

/** Samples of a window, never more than a second: memory stays small for hours, and the text for minutes. */
const windowSamples = (source: SoundSource, samples: number, points: number): number =>
  Math.max(1, Math.min(source.sound.sampleRateHz, Math.floor(samples / points / windowsPerPoint)));

const levelStep = (source: SoundSource, samples: number, points: number): Step => {
  const window = windowSamples(source, samples, points);
  const meter = levelMeter('levels.txt', window, ['Min_level', 'Max_level', 'RMS_level']);
  return measureStep(source, meter.join(','), { name: 'levels', file: 'levels.txt' });
};

const drawStep = ({ width, height, colour }: WaveformParams): Step => {
  const size = `${width}x${height}`;
  const graph = [
    `[0:v]${filter('lut', { c0: '(val-48)*255/9' })}[opacity]`,
    `${filter('color', { color: `0x${colour.slice(1)}`, size, rate: 1 })},format=rgb24[colour]`,
    '[colour][opacity]alphamerge[picture]',
  ].join(';');
  const drawn = ['-f', 'rawvideo', '-pixel_format', 'gray', '-video_size', size, '-framerate', '1'];
  const image = ['-frames:v', '1', '-c:v', 'png', '-update', '1', '-f', 'image2'];
  return {
    id: 'draw',
    tool: 'ffmpeg',
    argv: [
      ...ffmpegGlobals,
      ...drawn,
      '-i',
      { scratch: drawingFile },
      '-filter_complex',
      graph,
      '-map',
      '[picture]',
      ...image,
      { out: imageName },
    ],
    reads: [],
    writes: [imageName],
    weight: 1,
    expectedDurationMs: 0,
  };
};

const imageOutput = ({ width, height }: WaveformParams): PlannedOutput => ({
  name: imageName,
  kind: 'file',
  contentType: 'image/png',
  expect: { width, height },
  verify: 'image',
});

const jsonOutput = (content: string): PlannedOutput => ({
  name: 'waveform.json',
  kind: 'file',
  contentType: 'application/json',
  expect: {},
  content,
  verify: 'none',
});

/** Peaks for drawing, and the drawing; both come from the same measurement. */
export const planWaveform: PlanFn<WaveformParams> = ({ params, facts, measured }) => {
  const source = soundSource(facts, 'source', params.track);
  const { sound } = source;
  const { points } = params;
  const rate = sound.sampleRateHz;
  // Counted first: windows from a header that is wrong would be too long, or so short that their text fills the disk.
  if (measured.extent === undefined) return measurePlan(source, [extentStep(source)]);
  const samples = parseExtent(source, measured.extent);
  if (measured.levels === undefined) return measurePlan(source, [levelStep(source, samples, points)]);
  const windows = parseLevels(String(measured.levels));
  const peaks = peaksOf(windows, points);
  const told = {
    points,
    duration: rounded(samples / rate, 3),
    sample_rate: rate,
    channels: sound.channels,
    samples_per_point: rounded(samples / points, 3),
    peak: Math.max(...peaks.max, ...peaks.min.map((value) => -value)),
  };
  const hasImage = params.format !== 'json';
  const hasJson = params.format !== 'png';
  return runPlan(source, {
    steps: hasImage ? [drawStep(params)] : [],
    scratch: hasImage ? { [drawingFile]: drawing(peaks, params) } : {},
    outputs: [
      ...(hasJson ? [jsonOutput(JSON.stringify({ ...told, peaks }))] : []),
      ...(hasImage ? [imageOutput(params)] : []),
    ],
    result: told,
  });
};
