import {
  incidentAggregate,
  type AlertName,
  type AlertRule,
  type AlertSeverity,
  type AlertStatus,
  type IncidentEvent,
  type IncidentStatus,
} from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';

interface ToldAlert {
  readonly event: AlertName;
  readonly status: AlertStatus;
  readonly attempts: number;
  readonly lastError: string | null;
}

/** An incident as lists show it. */
export type IncidentDocument = {
  readonly incidentId: string;
  readonly status: IncidentStatus;
  /** The name of its rule, and how severe that is. */
  readonly rule: string;
  readonly severity: AlertSeverity;
  readonly judgedBy: AlertRule;
  readonly subject: string;
  readonly value: number;
  readonly details: Readonly<Record<string, number>>;
  readonly since: string;
  readonly openedAt: string;
  readonly resolvedAt: string | null;
  readonly alerts: readonly ToldAlert[];
};

const untold = (event: AlertName): ToldAlert => ({ event, status: 'pending', attempts: 0, lastError: null });

const withAlert = (
  before: IncidentDocument,
  { alert, attempt }: { readonly alert: AlertName; readonly attempt: number },
  change: Partial<ToldAlert>,
): IncidentDocument => ({
  ...before,
  alerts: before.alerts.map((each) => (each.event === alert ? { ...each, attempts: attempt, ...change } : each)),
});

const evolve = (
  before: IncidentDocument | null,
  { event: { type, data } }: ProjectedEvent<IncidentEvent>,
): IncidentDocument | null => {
  if (type === 'IncidentOpened') {
    const { rule, number: _, ...found } = data;
    const ref = { rule: rule.name, severity: rule.severity, judgedBy: rule };
    return { ...found, ...ref, status: 'open', resolvedAt: null, alerts: [untold('alert.opened')] };
  }
  if (before === null) return null;
  switch (type) {
    case 'IncidentResolved': {
      const alerts = [...before.alerts, untold('alert.resolved')];
      return { ...before, status: 'resolved', resolvedAt: data.resolvedAt, alerts };
    }
    case 'AlertDelivered':
      return withAlert(before, data, { status: 'delivered', lastError: null });
    case 'AlertDeliveryFailed':
      return withAlert(before, data, { lastError: data.error });
    case 'AlertGivenUp':
      return withAlert(before, data, { status: 'given_up' });
  }
};

/** What went wrong with the platform, and who was told. */
export const incidents: Projection<IncidentEvent, IncidentDocument> = {
  name: 'incidents',
  version: 1,
  streams: [incidentAggregate.pattern],
  indexes: [
    { where: [], sort: 'openedAt' },
    { where: ['status'], sort: 'openedAt' },
    { where: ['severity'], sort: 'openedAt' },
    { where: ['rule'], sort: 'openedAt' },
  ],
  keys: ({ event }) => [event.data.incidentId],
  evolve,
};
