import { ffmpegGlobals } from '../argv/guard.ts';
import { writeAss } from '../cues/ass.ts';
import { chain, filter } from '../filtergraph/filter.ts';
import type { FilterOptions } from '../filtergraph/filter.ts';
import type { Step } from '../plans/plan.ts';

/** What is asked of the renderer of subtitles. */
export interface FontQuestion {
  /** Of the step and of its script. */
  readonly id: string;
  readonly text: string;
  readonly head: string;
  readonly fonts: FilterOptions;
}

/** A step that draws a text on nothing, to hear which fonts the renderer takes and what it lacks, and its script. */
export const probeRenderer = ({
  id,
  text,
  head,
  fonts,
}: FontQuestion): { readonly step: Step; readonly scratch: Readonly<Record<string, string>> } => {
  const scriptName = `${id}.ass`;
  return {
    step: {
      id,
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
    },
    scratch: { [scriptName]: writeAss([{ startMs: 0, endMs: 1_000, spans: [{ text }] }], head, false) },
  };
};
