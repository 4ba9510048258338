import type { AlertName } from '@ffapi/contracts';
import type { IncidentState } from './incident.decider.ts';

/** What was over for this long before the first attempt is not told: alerts were not wanted then. */
const staleMs = 3_600_000;

export interface DueAlert {
  readonly alert: AlertName;
  readonly attempt: number;
}

const inOrder = ['alert.opened', 'alert.resolved'] as const;

/** The alert of an incident whose time has come; that it is over is not told before that it was there. */
export const dueAlert = ({ alerts, resolvedAt }: IncidentState, now: string): DueAlert | null => {
  for (const alert of inOrder) {
    const state = alerts[alert];
    if (!state || state.dueAt === null) continue;
    const isStale =
      alert === 'alert.opened' &&
      state.attempts === 0 &&
      resolvedAt !== null &&
      Date.parse(resolvedAt) + staleMs < Date.parse(now);
    return isStale || state.dueAt > now ? null : { alert, attempt: state.attempts + 1 };
  }
  return null;
};
