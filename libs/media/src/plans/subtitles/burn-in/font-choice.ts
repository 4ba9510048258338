import type { FilterOptions } from '../../../filtergraph/filter.ts';
import { askRenderer } from '../../../fonts/ask-renderer.ts';
import type { Plan } from '../../plan.ts';

/** Names that stand for whatever the system has. */
const generic = new Set(['sans-serif', 'sans', 'serif', 'monospace', 'mono']);

export const isGenericFont = (font: string): boolean => generic.has(font.toLowerCase());

/** Draws one letter, to hear from the renderer which font it takes: it replaces a missing one without a word. */
export const askForFont = (head: string, fonts: FilterOptions): Plan => {
  const { step, scratch } = askRenderer({ id: 'font', text: 'x', head, fonts });
  return {
    kind: 'measure',
    device: 'cpu',
    steps: [{ ...step, capture: { name: 'font', from: 'stderr' } }],
    scratch,
    outputs: [],
    warnings: [],
    estimate: { durationMs: 200 },
  };
};

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** A warning where the renderer took another font than the one that was asked for. */
export const fontWarning = (font: string, said: string): string[] => {
  const [, taken] = /fontselect: .*-> [^,\n]+, -?\d+, ([^\s,]+)/.exec(said) ?? [];
  if (taken === undefined || bare(taken).startsWith(bare(font))) return [];
  return [`there is no font ${font}; the text is drawn in ${taken}`];
};
