import type { AlertName } from '@ffapi/contracts';
import type { IncidentState } from './incident.decider.ts';

/** What was over for this long before the first attempt is not told: alerts were not wanted then. */
const staleMs = 3_600_000;

export interface DueAlert {
  readonly alert: AlertName;
  readonly attempt: number;
}

const inOrder = ['alert.opened', 'alert.resolved'] as const;

const isStale = ({ alerts, resolvedAt }: IncidentState, now: string): boolean =>
  resolvedAt !== null && alerts['alert.opened']?.attempts === 0 && Date.parse(resolvedAt) + staleMs < Date.parse(now);

/** Whether an incident is over and nothing is left to be told of it. */
export const isSettled = (state: IncidentState, now: string): boolean =>
  state.resolvedAt !== null &&
  (isStale(state, now) || Object.values(state.alerts).every(({ dueAt }) => dueAt === null));

/** The alert of an incident whose time has come; that it is over is not told before that it was there. */
export const dueAlert = (state: IncidentState, now: string): DueAlert | null => {
  if (isSettled(state, now)) return null;
  for (const alert of inOrder) {
    const { attempts, dueAt } = state.alerts[alert] ?? { attempts: 0, dueAt: null };
    if (dueAt !== null) return dueAt > now ? null : { alert, attempt: attempts + 1 };
  }
  return null;
};
