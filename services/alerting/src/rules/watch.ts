import type { AlertRule } from '@ffapi/contracts';
import { isMet, isRate, type Reading } from './reading.ts';

/** Since when a rule has been met, or not been met, for a subject. */
interface Watch {
  readonly isMet: boolean;
  readonly sinceMs: number;
}

/** By subject. */
export type Watches = ReadonlyMap<string, Watch>;

export type Verdict =
  | { readonly type: 'open'; readonly reading: Reading; readonly sinceMs: number }
  | { readonly type: 'resolve'; readonly subject: string; readonly value: number | null };

export interface Seen {
  readonly readings: readonly Reading[];
  /** Subjects of which an incident is open. */
  readonly open: ReadonlySet<string>;
  readonly nowMs: number;
}

/** A figure must have been so throughout the window; a rate looks back over it by itself. */
const openAfterMs = (rule: AlertRule): number => (isRate(rule) ? 0 : rule.windowSeconds * 1000);

/**
 * What follows from one more look at a rule's figures. An incident is over only after the rule has not been met for some
 * time, so that a figure on the edge makes one incident and not many.
 */
export const watch = (
  rule: AlertRule,
  before: Watches,
  { readings, open, nowMs }: Seen,
): { readonly watches: Watches; readonly verdicts: readonly Verdict[] } => {
  const bySubject = new Map(readings.map((reading) => [reading.subject, reading]));
  const watches = new Map<string, Watch>();
  const verdicts: Verdict[] = [];
  for (const subject of new Set([...bySubject.keys(), ...open])) {
    const reading = bySubject.get(subject);
    const isSo = reading !== undefined && isMet(rule, reading);
    const known = before.get(subject);
    const seen = known?.isMet === isSo ? known : { isMet: isSo, sinceMs: nowMs };
    watches.set(subject, seen);
    const heldMs = nowMs - seen.sinceMs;
    if (reading && isSo && !open.has(subject) && heldMs >= openAfterMs(rule))
      verdicts.push({ type: 'open', reading, sinceMs: seen.sinceMs });
    if (!isSo && open.has(subject) && heldMs >= rule.clearSeconds * 1000)
      verdicts.push({ type: 'resolve', subject, value: reading?.value ?? null });
  }
  return { watches, verdicts };
};
