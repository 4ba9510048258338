import type { AlertRule } from '@ffapi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInRules } from './built-in-rules.ts';
import { platform, type Reading } from './reading.ts';
import { watch, type Verdict, type Watches } from './watch.ts';

const ruleOf = (name: string): AlertRule => builtInRules.find((rule) => rule.name === name) as AlertRule;
const queue = ruleOf('long_queue');
const failures = ruleOf('high_failure_rate');
const quota = ruleOf('quota_nearly_used');

interface Look {
  readonly atSeconds: number;
  readonly readings: readonly Reading[];
}
const reading = (value: number, more: Partial<Reading> = {}): Reading => ({
  subject: platform,
  value,
  samples: 1,
  details: {},
  ...more,
});

/** What is said at each look, with incidents opened and resolved as it is said. */
const verdictsOf = (rule: AlertRule, looks: readonly Look[]): string[] => {
  let watches: Watches = new Map();
  const open = new Set<string>();
  const subjectOf = (verdict: Verdict): string => (verdict.type === 'open' ? verdict.reading.subject : verdict.subject);
  return looks.flatMap(({ atSeconds, readings }) => {
    const seen = watch(rule, watches, { readings, open: new Set(open), nowMs: atSeconds * 1000 });
    watches = seen.watches;
    for (const verdict of seen.verdicts)
      if (verdict.type === 'open') open.add(subjectOf(verdict));
      else open.delete(subjectOf(verdict));
    return seen.verdicts.map((verdict) => `${verdict.type} ${subjectOf(verdict)} at ${atSeconds}`);
  });
};
const changes = (rule: AlertRule, values: Readonly<Record<number, number>>): string[] =>
  verdictsOf(
    rule,
    Object.entries(values).map(([at, value]) => ({ atSeconds: Number(at), readings: [reading(value)] })),
  );

describe('a queue', () => {
  it('must have been long throughout ten minutes', () => {
    expect(changes(queue, { 0: 51, 300: 80, 599: 51, 600: 51 })).toEqual(['open platform at 600']);
    expect(changes(queue, { 0: 51, 300: 50, 310: 51, 600: 51, 909: 51 })).toEqual([]);
  });

  it('must have been short for five minutes for it to be over', () => {
    const long = { 0: 60, 600: 60 };
    expect(changes(queue, { ...long, 610: 10, 900: 10, 909: 10 })).toEqual(['open platform at 600']);
    expect(changes(queue, { ...long, 610: 10, 900: 60, 910: 10, 1209: 10, 1210: 10 })).toEqual([
      'open platform at 600',
      'resolve platform at 1210',
    ]);
  });

  it('that was long, short and long again is two incidents', () => {
    const values = { 0: 60, 600: 60, 610: 0, 910: 0, 920: 60, 1520: 60 };
    expect(changes(queue, values)).toEqual([
      'open platform at 600',
      'resolve platform at 910',
      'open platform at 1520',
    ]);
  });
});

describe('failures', () => {
  it('count at once, when there were jobs enough', () => {
    const look = (samples: number, value: number) =>
      verdictsOf(failures, [{ atSeconds: 0, readings: [reading(value, { samples })] }]);
    expect(look(10, 0.3)).toEqual(['open platform at 0']);
    expect(look(9, 1)).toEqual([]);
    expect(look(2, 0.5)).toEqual([]);
    expect(look(1_000, 0.2)).toEqual([]);
  });
});

describe('keys', () => {
  it('have incidents of their own, which end when nothing is warned of any more', () => {
    const [a, b] = [reading(0.8, { subject: 'a' }), reading(1, { subject: 'b' })];
    const looks = [
      { atSeconds: 0, readings: [a] },
      { atSeconds: 10, readings: [a, b] },
      { atSeconds: 20, readings: [b] },
    ];
    expect(verdictsOf(quota, looks)).toEqual(['open a at 0', 'open b at 10', 'resolve a at 20']);
  });
});

describe('any figures at all', () => {
  const looks = fc
    .array(fc.record({ waitSeconds: fc.integer({ min: 1, max: 400 }), value: fc.constantFrom(0, 50, 51, 99) }), {
      maxLength: 60,
    })
    .map((steps) => {
      let atSeconds = 0;
      return steps.map(({ waitSeconds, value }) => ({ atSeconds: (atSeconds += waitSeconds), value }));
    });

  it('open and resolve by turns, each after its time and no later than the next look', () => {
    fc.assert(
      fc.property(looks, (given) => {
        let isOpen = false;
        const expected: string[] = [];
        for (const [index, { atSeconds }] of given.entries()) {
          const isSame = (value: number): boolean => value > 50 === !isOpen;
          const other = given.slice(0, index + 1).findLastIndex(({ value }) => !isSame(value));
          const since = given[other + 1]?.atSeconds ?? Infinity;
          if (other === index || atSeconds - since < (isOpen ? queue.clearSeconds : queue.windowSeconds)) continue;
          expected.push(`${isOpen ? 'resolve' : 'open'} platform at ${atSeconds}`);
          isOpen = !isOpen;
        }
        const found = verdictsOf(
          queue,
          given.map(({ atSeconds, value }) => ({ atSeconds, readings: [reading(value)] })),
        );
        expect(found).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
