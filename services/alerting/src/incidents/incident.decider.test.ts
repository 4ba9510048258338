import type { AlertRule, IncidentEvent } from '@ffapi/contracts';
import { given } from '@ffapi/es-testing';
import { describe, it } from 'vitest';
import { builtInRules } from '../rules/built-in-rules.ts';
import { incidentDecider, type Opened } from './incident.decider.ts';
import { retryDelaysMs } from './alert-schedule.ts';

const [rule] = builtInRules as [AlertRule];
const incidentId = 'inc_0000';
const now = '2026-03-01T10:00:00.000Z';
const incident: Opened = {
  incidentId,
  rule,
  subject: 'platform',
  number: 1,
  value: 0.5,
  details: { jobs: 12, failed: 6 },
  since: now,
  openedAt: now,
};
const opened: IncidentEvent = { type: 'IncidentOpened', version: 1, data: incident };
const resolved: IncidentEvent = {
  type: 'IncidentResolved',
  version: 1,
  data: { incidentId, value: 0.1, resolvedAt: now },
};
const alert = 'alert.opened';
const delivered: IncidentEvent = {
  type: 'AlertDelivered',
  version: 1,
  data: { incidentId, alert, attempt: 1, status: 204 },
};
const failed = (attempt: number, nextAttemptAt: string | null): IncidentEvent => ({
  type: 'AlertDeliveryFailed',
  version: 1,
  data: { incidentId, alert, attempt, status: 503, error: 'it answered 503', nextAttemptAt },
});
const givenUp = (attempt: number): IncidentEvent => ({
  type: 'AlertGivenUp',
  version: 1,
  data: { incidentId, alert, attempt },
});
const open = { type: 'OpenIncident', incident } as const;
const resolve = { type: 'ResolveIncident', value: 0.1, now } as const;
const tried = (attempt: number, status: number, retryAfterMs: number | null = null) => {
  const error = status < 300 ? null : `it answered ${status}`;
  return { type: 'RecordAttempt', alert, attempt, status, error, retryAfterMs, now } as const;
};
const later = (ms: number): string => new Date(Date.parse(now) + ms).toISOString();

describe('an incident', () => {
  it('is opened once', () => {
    given(incidentDecider, []).when(open).then([opened]);
    given(incidentDecider, [opened]).when(open).thenNothing();
    given(incidentDecider, [opened, resolved]).when(open).thenNothing();
  });

  it('is resolved once, and not before it was opened', () => {
    given(incidentDecider, []).when(resolve).thenNothing();
    given(incidentDecider, [opened]).when(resolve).then([resolved]);
    given(incidentDecider, [opened, resolved]).when(resolve).thenNothing();
  });
});

describe('its alert', () => {
  it('is delivered once, whoever tells it again', () => {
    given(incidentDecider, [opened]).when(tried(1, 204)).then([delivered]);
    given(incidentDecider, [opened, delivered]).when(tried(1, 204)).thenNothing();
    given(incidentDecider, [opened, delivered]).when(tried(2, 503)).thenNothing();
  });

  it('that it is over is not told before it is', () => {
    given(incidentDecider, [opened])
      .when({ ...tried(1, 204), alert: 'alert.resolved' })
      .thenNothing();
  });

  it('is tried again later, and as late as the receiver asks for', () => {
    given(incidentDecider, [opened])
      .when(tried(1, 503))
      .then([failed(1, later(retryDelaysMs[0]))]);
    given(incidentDecider, [opened])
      .when(tried(1, 503, 60_000))
      .then([failed(1, later(60_000))]);
    given(incidentDecider, [opened, failed(1, later(1))])
      .when(tried(1, 204))
      .thenNothing();
  });

  it('is given up after the last attempt, and tried no more', () => {
    const last = retryDelaysMs.length + 1;
    const before = Array.from(retryDelaysMs, (delayMs, index) => failed(index + 1, later(delayMs)));
    given(incidentDecider, [opened, ...before])
      .when(tried(last, 503))
      .then([failed(last, null), givenUp(last)]);
    given(incidentDecider, [opened, ...before, failed(last, null), givenUp(last)])
      .when(tried(last + 1, 204))
      .thenNothing();
  });
});
