import type { Spread } from './kit/statistics.ts';

export interface BenchOptions {
  readonly rounds: number;
  /** Small sizes: to see that everything runs, not to judge by. */
  readonly isQuick: boolean;
  /** How many jobs of history the largest size has. */
  readonly to: number;
  readonly say: (line: string) => void;
}

export interface Row {
  readonly name: string;
  readonly cells: Readonly<Record<string, Spread>>;
}

/** What a benchmark found: figures to read, measures that gates look at, and what a reader must know about both. */
export interface Report {
  readonly rows: readonly Row[];
  readonly measures: Readonly<Record<string, Spread>>;
  readonly notes: readonly string[];
}

export interface Benchmark {
  readonly id: string;
  readonly title: string;
  /** Takes long: run only when it is named. */
  readonly isOnRequest?: boolean;
  run(options: BenchOptions): Promise<Report>;
}
