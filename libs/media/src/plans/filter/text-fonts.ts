import type { VideoFilter } from '@ffapi/contracts';
import { askForFonts, fontWarning, headIn, isGenericFont } from '../../fonts/font-choice.ts';
import type { Plan } from '../plan.ts';

const named = (filters: readonly VideoFilter[]): { readonly id: string; readonly font: string }[] =>
  filters.flatMap((one, at) => {
    const font = one.type === 'text' ? one.params.font : undefined;
    return font === undefined || isGenericFont(font) ? [] : [{ id: `font${at}`, font }];
  });

/** A look for the fonts that texts name, among those of the system: texts are drawn in no others; null when it was taken. */
export const fontPlan = (filters: readonly VideoFilter[], measured: Readonly<Record<string, unknown>>): Plan | null => {
  const open = named(filters).filter(({ id }) => measured[id] === undefined);
  return open.length === 0
    ? null
    : askForFonts(
        open.map(({ id, font }) => ({ id, head: headIn(font) })),
        {},
      );
};

/** What is said where another font was taken. */
export const fontWarnings = (filters: readonly VideoFilter[], measured: Readonly<Record<string, unknown>>): string[] =>
  named(filters).flatMap(({ id, font }) => fontWarning(font, String(measured[id])));
