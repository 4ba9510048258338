import type { Report } from '../benchmark.ts';
import type { Gate } from '../gates.ts';
import type { Spread } from './statistics.ts';

/** A gate that may be missed for a while, and why. */
export interface Allowance {
  readonly benchmark: string;
  readonly measure: string;
  readonly cause: string;
  /** The day from which it is no excuse any more. */
  readonly until: string;
}

export interface Verdict {
  readonly gate: Gate;
  readonly spread: Spread | null;
  readonly state: 'met' | 'missed' | 'allowed' | 'not measured' | 'peer absent';
}

/** How a benchmark's measures stand to its gates; one that was not measured is missed, unless its peer is absent. */
export const judge = (gate: Gate, report: Report, allowances: readonly Allowance[], today: string): Verdict => {
  const spread = report.measures[gate.measure];
  if (!spread || spread.count === 0) return { gate, spread: null, state: gate.peer ? 'peer absent' : 'not measured' };
  if (spread.median <= gate.max) return { gate, spread, state: 'met' };
  const isAllowed = allowances.some(
    ({ benchmark, measure, until }) => benchmark === gate.benchmark && measure === gate.measure && today < until,
  );
  return { gate, spread, state: isAllowed ? 'allowed' : 'missed' };
};

/** Whether the run fails for this. */
export const isFailure = ({ state }: Verdict): boolean => state === 'missed' || state === 'not measured';
