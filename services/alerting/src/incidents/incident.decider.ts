import type { AlertName, IncidentEvent } from '@ffapi/contracts';
import { evolveBy, type Decider } from '@ffapi/es';
import { nextAttemptAt } from './alert-schedule.ts';

export type Opened = Extract<IncidentEvent, { type: 'IncidentOpened' }>['data'];

export type IncidentCommand =
  | { readonly type: 'OpenIncident'; readonly incident: Opened }
  | { readonly type: 'ResolveIncident'; readonly value: number | null; readonly now: string }
  | {
      readonly type: 'RecordAttempt';
      readonly alert: AlertName;
      readonly attempt: number;
      /** `null`: there was no answer. */
      readonly status: number | null;
      readonly error: string | null;
      readonly retryAfterMs: number | null;
      readonly now: string;
    };

export interface AlertState {
  readonly attempts: number;
  /** `null`: it was delivered, or given up. */
  readonly dueAt: string | null;
}

export interface IncidentState {
  readonly opened: Opened | null;
  readonly resolvedAt: string | null;
  readonly alerts: { readonly [A in AlertName]?: AlertState };
}

const record = (
  { alert, attempt, status, error, retryAfterMs, now }: Extract<IncidentCommand, { type: 'RecordAttempt' }>,
  { incidentId }: Opened,
  known: AlertState | undefined,
): readonly IncidentEvent[] => {
  // Of a process that was thought lost, or told twice: the newer attempt counts.
  if (!known || known.dueAt === null || attempt !== known.attempts + 1) return [];
  const ref = { incidentId, alert, attempt };
  if (status !== null && status >= 200 && status < 300)
    return [{ type: 'AlertDelivered', version: 1, data: { ...ref, status } }];
  const next = nextAttemptAt({ attempt, now, retryAfterMs });
  const failed: IncidentEvent = {
    type: 'AlertDeliveryFailed',
    version: 1,
    data: { ...ref, status, error, nextAttemptAt: next },
  };
  return next === null ? [failed, { type: 'AlertGivenUp', version: 1, data: ref }] : [failed];
};

const decide = (command: IncidentCommand, { opened, resolvedAt, alerts }: IncidentState): readonly IncidentEvent[] => {
  if (command.type === 'OpenIncident')
    return opened ? [] : [{ type: 'IncidentOpened', version: 1, data: command.incident }];
  if (!opened) return [];
  if (command.type === 'RecordAttempt') return record(command, opened, alerts[command.alert]);
  if (resolvedAt !== null) return [];
  const { incidentId } = opened;
  return [
    { type: 'IncidentResolved', version: 1, data: { incidentId, value: command.value, resolvedAt: command.now } },
  ];
};

const withAlert = (state: IncidentState, name: AlertName, alert: AlertState): IncidentState => ({
  ...state,
  alerts: { ...state.alerts, [name]: alert },
});

const evolve = evolveBy<IncidentEvent, IncidentState>({
  IncidentOpened: (state, opened) =>
    withAlert({ ...state, opened }, 'alert.opened', { attempts: 0, dueAt: opened.openedAt }),
  IncidentResolved: (state, { resolvedAt }) =>
    withAlert({ ...state, resolvedAt }, 'alert.resolved', { attempts: 0, dueAt: resolvedAt }),
  AlertDelivered: (state, { alert, attempt }) => withAlert(state, alert, { attempts: attempt, dueAt: null }),
  AlertDeliveryFailed: (state, { alert, attempt, nextAttemptAt: dueAt }) =>
    withAlert(state, alert, { attempts: attempt, dueAt }),
  AlertGivenUp: (state, { alert, attempt }) => withAlert(state, alert, { attempts: attempt, dueAt: null }),
});

/** A rule that was met: opened once, resolved once, each told until it was heard or given up. */
export const incidentDecider: Decider<IncidentCommand, IncidentEvent, IncidentState> = {
  initialState: { opened: null, resolvedAt: null, alerts: {} },
  decide,
  evolve,
};
