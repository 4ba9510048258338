import { describe, expect, it } from 'vitest';
import type { Report } from '../benchmark.ts';
import type { Gate } from '../gates.ts';
import { gateChart } from './chart.ts';
import { isFailure, judge, type Allowance } from './judge.ts';
import { quantile, spreadOf } from './statistics.ts';
import { reportTable } from './table.ts';
import { preciseMs } from './stored-events.ts';

const gate: Gate = { benchmark: 'B1', measure: 'a / b', max: 2 };
const allowance: Allowance = { benchmark: 'B1', measure: 'a / b', cause: 'known', until: '2027-01-01' };
const report = (...values: number[]): Report => ({
  rows: [{ name: 'one', cells: { ms: spreadOf([1, 2, 3]) } }],
  measures: values.length === 0 ? {} : { 'a / b': spreadOf(values) },
  notes: [],
});
const verdict = (ref: Report, today = '2026-12-31', allowances: Allowance[] = []) =>
  judge(gate, ref, allowances, today);

describe('judge', () => {
  it('takes the limit itself as met', () => expect(verdict(report(1, 2, 9)).state).toBe('met'));
  it('fails for a median above it', () => expect(isFailure(verdict(report(2.01)))).toBe(true));
  it('fails for a median below the smallest', () => {
    const least: Gate = { benchmark: 'B1', measure: 'a / b', min: 2 };
    expect(isFailure(judge(least, report(1.99), [], '2026-12-31'))).toBe(true);
    expect(judge(least, report(2), [], '2026-12-31').state).toBe('met');
  });
  it('lets an allowed miss pass until its day', () => {
    expect(verdict(report(3), '2026-12-31', [allowance]).state).toBe('allowed');
    expect(verdict(report(3), '2027-01-01', [allowance]).state).toBe('missed');
  });
  it('fails for what was not measured, unless a peer is absent', () => {
    expect(isFailure(verdict(report()))).toBe(true);
    expect(isFailure(judge({ ...gate, peer: 'redis' }, report(), [], '2026-12-31'))).toBe(false);
  });
});

describe('figures', () => {
  it('interpolates between neighbours', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([5], 0.99)).toBe(5);
    expect(quantile([], 0.5)).toBeNaN();
  });
  it('keeps the nanoseconds of a time', () => {
    expect(preciseMs('2026-11-22T18:00:00.001234567Z') - Date.parse('2026-11-22T18:00:00Z')).toBeCloseTo(1.234567, 3);
    expect(preciseMs('2026-11-22T18:00:00Z')).toBe(Date.parse('2026-11-22T18:00:00Z'));
  });
  it('shows medians with their quartiles', () =>
    expect(reportTable(report(1))).toBe('     ms\none  2.000 [1.500-2.500]'));
  it('draws a bar per gate, the missed ones in another colour', () => {
    const chart = gateChart([verdict(report(1)), verdict(report(5)), verdict(report())]);
    expect(chart.match(/#3a7d44/g)).toHaveLength(1);
    expect(chart.match(/#b3362c/g)).toHaveLength(1);
    expect(chart).toContain('not measured');
  });
  it('draws a rate that must not be smaller up to the same line', () => {
    const least: Gate = { benchmark: 'B1', measure: 'a / b', min: 2 };
    const [atLimit, atTwice] = [report(2), report(4)].map((each) => gateChart([judge(least, each, [], '2026-12-31')]));
    expect(atLimit).toContain('width="210.0"');
    expect(atTwice).toContain('width="105.0"');
  });
});
