import type { VideoFilter } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput } from '../../argv/guard.ts';
import type { ColourMatrix } from '../../colour/colour-matrix.ts';
import type { Plan, Step } from '../plan.ts';
import { filterGraph } from './graph.ts';
import type { GraphSetting } from './graph.ts';
import { isBeforeScreen, lookSeconds, screenFile, screenLook } from './screen.ts';

interface Looking {
  readonly filters: readonly VideoFilter[];
  readonly setting: GraphSetting;
  readonly matrix: ColourMatrix;
  readonly demuxer: string;
}

const lookStep = ({ filters, setting, matrix, demuxer }: Looking, one: VideoFilter, at: number): Step[] => {
  if (one.type !== 'chromakey') return [];
  const before = filters.slice(0, at).filter(isBeforeScreen);
  const look = filterGraph(before, { ...setting, tail: () => screenLook(one.params, matrix, at) });
  return [
    {
      id: `screen-${at}`,
      tool: 'ffmpeg',
      argv: [
        ...ffmpegGlobals,
        ...guardedInput('source', demuxer, ['-t', String(lookSeconds)]),
        '-filter_complex',
        look.text,
        '-map',
        setting.to,
        '-f',
        'null',
        '-',
      ],
      reads: ['source'],
      writes: [],
      weight: 1,
      expectedDurationMs: 0,
      capture: { name: screenFile(at), from: { scratch: screenFile(at) } },
    },
  ];
};

/** The looks that keys still need, each at the picture as it is in its place; null when all were taken. */
export const screenPlan = (looking: Looking, measured: Readonly<Record<string, unknown>>): Plan | null => {
  const steps = looking.filters.flatMap((one, at) =>
    measured[screenFile(at)] === undefined ? lookStep(looking, one, at) : [],
  );
  if (steps.length === 0) return null;
  return {
    kind: 'measure',
    device: 'cpu',
    steps: steps.map((step) => ({ ...step, weight: 1 / steps.length })),
    outputs: [],
    warnings: [],
    estimate: { durationMs: 500 * steps.length },
    measureShare: 0.05,
  };
};
