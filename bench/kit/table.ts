import type { Report } from '../benchmark.ts';
import type { Spread } from './statistics.ts';

const digits = (value: number): string =>
  value >= 1000 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);

/** A figure as text: its median and, in brackets, its quartiles. */
export const figure = ({ median, low, high }: Spread): string => `${digits(median)} [${digits(low)}-${digits(high)}]`;

/** Rows of equal width. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** The rows of a report as a table. */
export const reportTable = ({ rows }: Report): string => {
  const columns = [...new Set(rows.flatMap(({ cells }) => Object.keys(cells)))];
  const cellsOf = (cells: (typeof rows)[number]['cells']): string[] =>
    columns.map((column) => (cells[column] ? figure(cells[column]) : ''));
  return table([['', ...columns], ...rows.map(({ name, cells }) => [name, ...cellsOf(cells)])]);
};
