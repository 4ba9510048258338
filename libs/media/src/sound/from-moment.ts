import { filter } from '../filtergraph/filter.ts';
import { seconds } from '../filtergraph/seconds.ts';

/** Sound from this moment of its file on: silence fills what comes before its first sample, and its gaps. */
export const soundFrom = (beginMs = 0): string[] => [
  ...(beginMs === 0 ? [] : [filter('asetpts', { expr: `PTS-${seconds(beginMs)}/TB` })]),
  filter('aresample', { async: 1, first_pts: 0 }),
];
