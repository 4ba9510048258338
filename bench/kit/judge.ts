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

/** Whether a median is one that the gate lets through. */
const isWithin = ({ min = -Infinity, max = Infinity }: Gate, value: number): boolean => value >= min && value <= max;

/** What a gate asks for, in signs. */
export const gateText = ({ min, max }: Gate): string =>
  [min === undefined ? '' : `>= ${min}`, max === undefined ? '' : `<= ${max}`].filter(Boolean).join(', ');

/** How a benchmark's measures stand to its gates; one that was not measured is missed, unless its peer is absent. */
export const judge = (gate: Gate, report: Report, allowances: readonly Allowance[], today: string): Verdict => {
  const spread = report.measures[gate.measure];
  if (!spread || spread.count === 0) return { gate, spread: null, state: gate.peer ? 'peer absent' : 'not measured' };
  if (isWithin(gate, spread.median)) return { gate, spread, state: 'met' };
  const isAllowed = allowances.some(
    ({ benchmark, measure, until }) => benchmark === gate.benchmark && measure === gate.measure && today < until,
  );
  return { gate, spread, state: isAllowed ? 'allowed' : 'missed' };
};

/** Whether the run fails for this. */
export const isFailure = ({ state }: Verdict): boolean => state === 'missed' || state === 'not measured';
