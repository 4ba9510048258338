import { issue } from '../operation.ts';
import type { ParamIssue } from '../operation.ts';
import type { FilterParams, VideoFilter } from './filter-params.ts';

const checkTimes = (start: number | undefined, end: number | undefined, at: string): ParamIssue[] =>
  start !== undefined && end !== undefined && end <= start
    ? [issue(`${at}/end`, 'param_conflict', 'it would go before it appears')]
    : [];

const checkOne = (one: VideoFilter, at: string): ParamIssue[] => {
  switch (one.type) {
    case 'scale':
      return one.params.width === undefined && one.params.height === undefined
        ? [issue(at, 'param_conflict', 'scale needs width, height or both')]
        : [];
    case 'chromakey':
      return one.params.background_url !== undefined && one.params.background_color !== undefined
        ? [issue(`${at}/background_color`, 'param_conflict', 'give background_url or background_color, not both')]
        : [];
    case 'fade':
      return one.params.in === 0 && one.params.out === 0
        ? [issue(at, 'param_conflict', 'fade needs in, out or both')]
        : [];
    case 'image_overlay':
    case 'text':
      return checkTimes(one.params.start, one.params.end, at);
    default:
      return [];
  }
};

/** Filters that may stand in a list once: each decides about the whole film. */
const onceOnly = ['stabilize', 'deinterlace'] as const;

/** What the fields of a filter request contradict each other in. */
export const checkFilter = ({ filters, crf, output_format }: FilterParams): ParamIssue[] => [
  ...filters.flatMap((one, n) => checkOne(one, `/filters/${n}/params`)),
  ...onceOnly.flatMap((type) => {
    const places = filters.flatMap((one, n) => (one.type === type ? [n] : []));
    return places.slice(1).map((n) => issue(`/filters/${n}`, 'param_conflict', `${type} may stand in the list once`));
  }),
  ...(crf !== undefined && crf > 51 && output_format !== 'webm'
    ? [issue('/crf', 'param_out_of_range', `crf goes to 51 in ${output_format}`)]
    : []),
];
