import type { VideoFilter } from '@ffapi/contracts';
import { pixelsMax } from '../../argv/guard.ts';
import { chain } from '../../filtergraph/filter.ts';
import { refusePlan } from '../plan.ts';
import type { FilterContext, PictureState } from './applied.ts';
import { applyFilter } from './forms.ts';

/** The graph of a chain of filters, and what comes out of it. */
export interface FilterGraph {
  /** One value for `-filter_complex`. */
  readonly text: string;
  readonly picture: PictureState;
  readonly sound: readonly string[];
  readonly scratch: Readonly<Record<string, string>>;
}

export interface GraphSetting {
  readonly from: string;
  readonly to: string;
  /** Filters before the first of the list. */
  readonly head: readonly string[];
  readonly picture: PictureState;
  /** Filters behind the last, for the picture that came out. */
  readonly tail: (picture: PictureState) => readonly string[];
  readonly context: (at: number) => Omit<FilterContext, 'at' | 'picture'>;
}

interface Building {
  readonly chains: readonly string[];
  /** Where the filters in a row begin. */
  readonly from: string;
  readonly row: readonly string[];
  readonly picture: PictureState;
  readonly sound: readonly string[];
  readonly scratch: Readonly<Record<string, string>>;
}

/** The longest side that H.264 and HEVC can have. */
const sideMax = 16_384;

const checkSize = ({ width, height }: PictureState, type: string): void => {
  if (width * height > pixelsMax || Math.max(width, height) > sideMax)
    refusePlan('param_out_of_range', `${type} would make a frame of ${width}x${height}, which is too large`);
};

const append = (built: Building, one: VideoFilter, at: number, setting: GraphSetting): Building => {
  const applied = applyFilter(one, { ...setting.context(at), at, picture: built.picture });
  const picture = { ...built.picture, ...applied.changes };
  checkSize(picture, one.type);
  const more = {
    picture,
    sound: [...built.sound, ...(applied.sound ?? [])],
    scratch: { ...built.scratch, ...applied.scratch },
  };
  if (applied.branches === undefined) return { ...built, ...more, row: [...built.row, ...(applied.filters ?? [])] };
  const [before, behind] = [`[in${at}]`, `[out${at}]`];
  const row = `${built.from}${chain(built.row)}${before}`;
  return { ...more, chains: [...built.chains, row, ...applied.branches(before, behind)], from: behind, row: [] };
};

/** Joins filters to one graph: those with one input stand in a row, those with more get named pads. */
export const filterGraph = (filters: readonly VideoFilter[], setting: GraphSetting): FilterGraph => {
  const { from, head, picture } = setting;
  const start: Building = { chains: [], from, row: head, picture, sound: [], scratch: {} };
  const built = filters.reduce((sum, one, at) => append(sum, one, at, setting), start);
  const last = `${built.from}${chain([...built.row, ...setting.tail(built.picture)])}${setting.to}`;
  return {
    text: [...built.chains, last].join(';'),
    picture: built.picture,
    sound: built.sound,
    scratch: built.scratch,
  };
};
