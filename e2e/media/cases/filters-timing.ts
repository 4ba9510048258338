import { tool } from '../measure.ts';
import { within } from '../measured-case.ts';
import type { MeasuredCase } from '../measured-case.ts';
import type { Material } from '../material.ts';
import { means, sameFrames } from '../picture-measures.ts';
import { clip, clipFrames, filterCase } from './filter-material.ts';

const tone = '-f lavfi -i sine=frequency=440:sample_rate=48000:d=1 -map 0:v -map 1:a -c:v copy -c:a aac'.split(' ');

/** The clip with a tone of 440 Hz as its sound. */
const toned = async (material: Material): Promise<string> =>
  material.made('toned.mp4', '-i', await clip(material), ...tone);

/** Level and pitch of a part of the sound. */
const soundOf = async (path: string, from: number, to: number): Promise<{ levelDb: number; hertz: number }> => {
  const graph = `atrim=${from}:${to},astats=measure_perchannel=none`;
  const argv = ['-v', 'info', '-nostats', '-i', path, '-map', '0:a:0', '-af', graph, '-f', 'null', '-'];
  const { stderr } = await tool('ffmpeg', argv);
  const level = /RMS level dB: (-?[\d.]+|-inf)/.exec(stderr)?.[1] ?? '-inf';
  const perChannel = graph.replace('=none', '=Zero_crossings_rate');
  const crossings = await tool(
    'ffmpeg',
    argv.map((word) => (word === graph ? perChannel : word)),
  );
  const rate = Number(/Zero crossings rate: ([\d.]+)/.exec(crossings.stderr)?.[1] ?? 0);
  return { levelDb: level === '-inf' ? -120 : Number(level), hertz: (rate * 48_000) / 2 };
};

const secondsOf = async (path: string, stream: 'v' | 'a'): Promise<number> => {
  const show = ['-show_entries', 'stream=duration', '-of', 'csv=p=0'];
  return Number(
    (await tool('ffprobe', ['-v', 'error', '-select_streams', `${stream}:0`, ...show, path])).stdout.trim(),
  );
};

const lightAt = async (path: string, frame: number): Promise<number> =>
  (await means(path, `select=eq(n\\,${frame})`)).YAVG ?? 0;

export const timingCases: readonly MeasuredCase[] = [
  filterCase({
    name: 'fade, picture and sound',
    filters: [{ type: 'fade', params: { in: 0.25, out: 0.25 } }],
    source: toned,
    measure: async (out, source) => {
      const middle = (await soundOf(out, 0.4, 0.6)).levelDb;
      return within({
        first: [await lightAt(out, 0), 16, 17],
        last: [(await lightAt(out, clipFrames - 1)) / (await lightAt(source, clipFrames - 1)), 0.05, 0.4],
        untouched: [await sameFrames({ path: out }, { path: source }), 11, 13],
        soundIn: [(await soundOf(out, 0, 0.05)).levelDb - middle, -120, -10],
        soundOut: [(await soundOf(out, 0.95, 1)).levelDb - middle, -120, -10],
      });
    },
  }),
  filterCase({
    name: 'twice as fast',
    filters: [{ type: 'speed', params: { factor: 2 } }],
    source: toned,
    frames: clipFrames / 2,
    measure: async (out) =>
      within({
        picture: [await secondsOf(out, 'v'), 0.49, 0.51],
        sound: [await secondsOf(out, 'a'), 0.45, 0.55],
        hertz: [(await soundOf(out, 0.1, 0.4)).hertz, 420, 460],
      }),
  }),
  filterCase({
    name: 'half as fast keeps every frame',
    filters: [{ type: 'speed', params: { factor: 0.5 } }],
    source: toned,
    measure: async (out, source) =>
      within({
        same: [await sameFrames({ path: out }, { path: source }), clipFrames, clipFrames],
        picture: [await secondsOf(out, 'v'), 1.99, 2.01],
        sound: [await secondsOf(out, 'a'), 1.9, 2.1],
        hertz: [(await soundOf(out, 0.5, 1.5)).hertz, 420, 460],
      }),
  }),
];
