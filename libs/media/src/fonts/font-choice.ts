import { plainAssHead } from '../cues/ass-style.ts';
import type { FilterOptions } from '../filtergraph/filter.ts';
import type { Plan } from '../plans/plan.ts';
import { probeRenderer } from './probe-renderer.ts';

/** Names that stand for whatever the system has. */
const generic = new Set(['sans-serif', 'sans', 'serif', 'monospace', 'mono']);

export const isGenericFont = (font: string): boolean => generic.has(font.toLowerCase());

/** The head of a script in this font. */
export const headIn = (font: string): string =>
  plainAssHead.replace('Style: Default,Arial,', `Style: Default,${font},`);

interface FontQuestion {
  /** Under which the answer is captured. */
  readonly id: string;
  readonly head: string;
}

/** Draws one letter each, to hear from the renderer which fonts it takes: it replaces a missing one without a word. */
export const askForFonts = (questions: readonly FontQuestion[], fonts: FilterOptions): Plan => {
  const asked = questions.map(({ id, head }) => probeRenderer({ id, text: 'x', head, fonts }));
  return {
    kind: 'measure',
    device: 'cpu',
    steps: asked.map(({ step }) => ({
      ...step,
      weight: 1 / asked.length,
      capture: { name: step.id, from: 'stderr' },
    })),
    scratch: Object.assign({}, ...asked.map(({ scratch }) => scratch)) as Record<string, string>,
    outputs: [],
    warnings: [],
    estimate: { durationMs: 200 * asked.length },
  };
};

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** A warning where the renderer took another font than the one that was asked for. */
export const fontWarning = (font: string, said: string): string[] => {
  const [, taken] = /fontselect: .*-> [^,\n]+, -?\d+, ([^\s,]+)/.exec(said) ?? [];
  if (taken === undefined || bare(taken).startsWith(bare(font))) return [];
  return [`there is no font ${font}; the text is drawn in ${taken}`];
};
