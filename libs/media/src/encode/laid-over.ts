import type { ColourMatrix } from '../colour/colour-matrix.ts';
import type { Token } from '../argv/token.ts';
import { chain, filter } from '../filtergraph/filter.ts';
import type { Size } from '../ladder/fit.ts';

/** Pictures that lie over the finished frame of a film. */
export interface LaidOver {
  /** The input that they come from, which stands behind the source. */
  readonly input: readonly Token[];
  /** A graph that fits them to the frame; its last filter has no output yet. */
  readonly graph: (frame: Size, matrix: ColourMatrix) => string;
}

/** The options of a picture that goes through filters, and lies under others: where it comes from, and its graph. */
export const graphArgs = (
  index: number,
  filters: readonly string[],
  over: string | null,
): { readonly from: string; readonly args: readonly string[] } => {
  if (over === null) return { from: `0:${index}`, args: ['-vf', chain(filters)] };
  const laid = filter('overlay', { eof_action: 'pass', format: 'yuv420' });
  const graph = `[0:${index}]${chain(filters)}[film];${over}[over];[film][over]${laid}[picture]`;
  return { from: '[picture]', args: ['-filter_complex', graph] };
};
