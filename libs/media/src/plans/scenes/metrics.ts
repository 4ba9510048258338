import type { VideoFacts } from '../../facts/media-facts.ts';
import { chain, filter } from '../../filtergraph/filter.ts';
import type { Capture } from '../plan.ts';

/** What the measuring step writes, by the name under which it is captured. */
const files = { cuts: 'cuts.txt', span: 'span.txt', mix: 'mix.txt', light: 'light.txt', contrast: 'contrast.txt' };
type MetricName = keyof typeof files;

export const metricCaptures: readonly Capture[] = Object.entries(files).map(([name, scratch]) => ({
  name,
  from: { scratch },
}));

/** Differences are taken between pictures half a second before and behind. */
const reachSeconds = 0.5;
const rateMax = 10;
/** Keeps the texts of a day-long film below a few megabytes. */
const rowsMax = 100_000;

/** How often a second a film of this length is looked at for slow changes. */
export const sampleRate = (durationMs: number): number =>
  Math.max(2, Math.min(rateMax, Math.floor(rowsMax / Math.max(1, durationMs / 1000))));

const reachFrames = (rate: number): number => Math.max(1, Math.round(reachSeconds * rate));

const print = (name: MetricName, key: string): string =>
  filter('metadata', { mode: 'print', key: `lavfi.${key}`, file: files[name] });
const mean = (name: MetricName): string[] => [filter('signalstats'), print(name, 'signalstats.YAVG')];
const blend = (mode: 'difference' | 'average'): string => filter('blend', { all_mode: mode, shortest: 1 });

const later = (frames: number): string[] => [
  filter('trim', { start_frame: frames }),
  filter('setpts', { expr: 'PTS-STARTPTS' }),
];

/**
 * The graph that measures a film in one decode. Every frame gets a score against the one before it, and those above
 * `scoreMin` are printed. At `rate` a second, a picture B is compared with A before and C behind it: how far A and C are
 * apart, and how far B is from the mixture of both; besides its brightness, and its contrast as the distance from flat.
 */
export const metricGraph = (picture: VideoFacts, rate: number, scoreMin: number): string => {
  const reach = reachFrames(rate);
  const isAbove = { mode: 'select', key: 'lavfi.scd.score', value: scoreMin, function: 'greater' };
  return [
    `[0:${picture.index}]${chain([filter('scale', { w: 320, h: 180, flags: 'area' }), filter('format', { pix_fmts: 'yuv420p' })])},split[all][some]`,
    `[all]${chain([filter('scdet', { t: 100 }), filter('metadata', isAbove), print('cuts', 'scd.score')])}[o1]`,
    `[some]${chain([filter('fps', { fps: rate }), filter('scale', { w: 160, h: 90 })])},split=6[a1][a2][b][c][l][s]`,
    `[c]${chain(later(2 * reach))},split[c1][c2]`,
    `[a1][c1]${chain([blend('difference'), ...mean('span')])}[o2]`,
    `[a2][c2]${blend('average')}[mixed]`,
    `[b]${chain(later(reach))}[middle]`,
    `[mixed][middle]${chain([blend('difference'), ...mean('mix')])}[o3]`,
    `[l]${chain(mean('light'))}[o4]`,
    `[s]split[s1][s2]`,
    `[s1]${chain([filter('scale', { w: 1, h: 1, flags: 'area' }), filter('scale', { w: 160, h: 90, flags: 'neighbor' })])}[flat]`,
    `[s2][flat]${chain([blend('difference'), ...mean('contrast')])}[o5]`,
  ].join(';');
};

/** Every branch needs an output, or nothing asks for its frames. */
export const metricOutputs: readonly string[] = [1, 2, 3, 4, 5].flatMap((n) => ['-map', `[o${n}]`, '-f', 'null', '-']);

export interface Sample {
  readonly timeMs: number;
  /** Difference of the pictures before and behind, in levels of luma. */
  readonly span: number;
  /** Difference from the mixture of both. */
  readonly mix: number;
  readonly light: number;
  readonly contrast: number;
}

export interface Jump {
  readonly timeMs: number;
  /** Difference from the frame before, in levels of luma. */
  readonly levels: number;
}

export interface Metrics {
  readonly jumps: readonly Jump[];
  readonly samples: readonly Sample[];
}

const rowPattern = /pts_time:(-?[\d.]+)\s+lavfi\.[^=\s]+=(-?[\d.]+)/g;

const rowsOf = (text: unknown): { timeMs: number; value: number }[] =>
  [...String(text ?? '').matchAll(rowPattern)].map(([, seconds, value]) => ({
    timeMs: Math.round(Number(seconds) * 1000),
    value: Number(value),
  }));

/** scdet gives its score as a percentage of 256 levels. */
export const levelsOfScore = (score: number): number => score * 2.56;

/** The measured texts as numbers; times near the ends have no pictures on both sides, and no span. */
export const parseMetrics = (measured: Readonly<Record<string, unknown>>, rate: number): Metrics => {
  const reach = reachFrames(rate);
  const [span, mix, contrast] = [rowsOf(measured.span), rowsOf(measured.mix), rowsOf(measured.contrast)];
  return {
    jumps: rowsOf(measured.cuts).map(({ timeMs, value }) => ({ timeMs, levels: levelsOfScore(value) })),
    samples: rowsOf(measured.light).map(({ timeMs, value }, n) => ({
      timeMs,
      span: span[n - reach]?.value ?? 0,
      mix: mix[n - reach]?.value ?? 0,
      light: value,
      contrast: contrast[n]?.value ?? 0,
    })),
  };
};
