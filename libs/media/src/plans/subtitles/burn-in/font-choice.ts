import { ffmpegGlobals } from '../../../argv/guard.ts';
import { writeAss } from '../../../cues/ass.ts';
import { chain, filter } from '../../../filtergraph/filter.ts';
import type { FilterOptions } from '../../../filtergraph/filter.ts';
import type { Plan } from '../../plan.ts';

const scriptName = 'font.ass';

/** Names that stand for whatever the system has. */
const generic = new Set(['sans-serif', 'sans', 'serif', 'monospace', 'mono']);

export const isGenericFont = (font: string): boolean => generic.has(font.toLowerCase());

const letter = { startMs: 0, endMs: 1_000, spans: [{ text: 'x' }] };

/** Draws one letter, to hear from the renderer which font it takes: it replaces a missing one without a word. */
export const askForFont = (head: string, fonts: FilterOptions): Plan => ({
  kind: 'measure',
  device: 'cpu',
  steps: [
    {
      id: 'font',
      tool: 'ffmpeg',
      argv: [
        ...ffmpegGlobals,
        '-loglevel',
        'level+info',
        '-f',
        'lavfi',
        '-i',
        filter('color', { size: '64x64', duration: 0.04 }),
        '-vf',
        chain([filter('ass', { filename: scriptName, ...fonts })]),
        '-f',
        'null',
        '-',
      ],
      reads: [],
      writes: [],
      weight: 1,
      expectedDurationMs: 0,
      capture: { name: 'font', from: 'stderr' },
    },
  ],
  scratch: { [scriptName]: writeAss([letter], head, false) },
  outputs: [],
  warnings: [],
  estimate: { durationMs: 200 },
});

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** A warning where the renderer took another font than the one that was asked for. */
export const fontWarning = (font: string, said: string): string[] => {
  const [, taken] = /fontselect: .*-> [^,\n]+, -?\d+, ([^\s,]+)/.exec(said) ?? [];
  if (taken === undefined || bare(taken).startsWith(bare(font))) return [];
  return [`there is no font ${font}; the text is drawn in ${taken}`];
};
