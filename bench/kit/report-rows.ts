import type { Report } from '../benchmark.ts';
import { metricOf, paired, type Rounds } from './rounds.ts';
import type { Spread } from './statistics.ts';

export interface ReportParts {
  /** The contenders in the order in which they are shown. */
  readonly order: readonly string[];
  readonly columns: readonly string[];
  readonly measures: Readonly<Record<string, Spread>>;
  readonly notes: readonly string[];
}

/** A benchmark's report: a row per contender, the measures, and how quiet the machine was. */
export const reportRows = (rounds: Rounds, { order, columns, measures, notes }: ReportParts): Report => ({
  rows: order.map((name) => {
    const cells = columns.map(
      (column) => [column, paired(rounds, (metrics) => metricOf(metrics, name, column))] as const,
    );
    return { name, cells: Object.fromEntries(cells.filter(([, { count }]) => count > 0)) };
  }),
  measures,
  notes: [
    ...notes,
    `${rounds.kept.length} rounds, ${rounds.discarded} discarded${rounds.isNoisy ? '; the machine was not quiet' : ''}.`,
    ...Object.values(rounds.hung),
  ],
});
