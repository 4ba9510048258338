import type { AlertRule, IncidentEvent } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { builtInRules } from '../rules/built-in-rules.ts';
import { dueAlert, isSettled } from './due-alert.ts';
import { incidentDecider } from './incident.decider.ts';

const [rule] = builtInRules as [AlertRule];
const incidentId = 'inc_0000';
const at = (seconds: number): string => new Date(Date.UTC(2026, 2, 1) + seconds * 1000).toISOString();
const opened: IncidentEvent = {
  type: 'IncidentOpened',
  version: 1,
  data: { incidentId, rule, subject: 'platform', number: 1, value: 1, details: {}, since: at(0), openedAt: at(0) },
};
const resolved: IncidentEvent = {
  type: 'IncidentResolved',
  version: 1,
  data: { incidentId, value: 0, resolvedAt: at(60) },
};
const delivered: IncidentEvent = {
  type: 'AlertDelivered',
  version: 1,
  data: { incidentId, alert: 'alert.opened', attempt: 1, status: 200 },
};
const failed: IncidentEvent = {
  type: 'AlertDeliveryFailed',
  version: 1,
  data: { incidentId, alert: 'alert.opened', attempt: 1, status: null, error: 'no', nextAttemptAt: at(90) },
};

const stateOf = (events: readonly IncidentEvent[]) =>
  events.reduce(incidentDecider.evolve, incidentDecider.initialState);
const dueOf = (events: readonly IncidentEvent[], seconds: number) => dueAlert(stateOf(events), at(seconds));
const told = { alert: 'alert.opened', attempt: 1 };
const over = { alert: 'alert.resolved', attempt: 1 };

describe('an alert', () => {
  it('is due from when its incident was opened, and again when a try has failed', () => {
    expect(dueOf([opened], 0)).toEqual(told);
    expect(dueOf([opened, failed], 89)).toBeNull();
    expect(dueOf([opened, failed], 90)).toEqual({ ...told, attempt: 2 });
    expect(dueOf([opened, delivered], 1e6)).toBeNull();
  });

  it('that it is over comes after that it was there', () => {
    expect(dueOf([opened, resolved], 60)).toEqual(told);
    expect(dueOf([opened, failed, resolved], 61)).toBeNull();
    expect(dueOf([opened, resolved, delivered], 61)).toEqual(over);
  });

  it('of long ago is not told to a receiver that was not there then; what is still open is', () => {
    expect(dueOf([opened, resolved], 60 + 3_600)).toEqual(told);
    expect(dueOf([opened, resolved], 60 + 3_601)).toBeNull();
    expect(dueOf([opened], 1e6)).toEqual(told);
    expect(dueOf([opened, failed, resolved], 1e6)).toEqual({ ...told, attempt: 2 });
  });
});

it('an incident is settled when it is over and nothing is left to be told', () => {
  const heard: IncidentEvent = { ...delivered, data: { ...delivered.data, alert: 'alert.resolved' } };
  const settled = (events: readonly IncidentEvent[], seconds: number) => isSettled(stateOf(events), at(seconds));
  expect(settled([opened, delivered], 1e6)).toBe(false);
  expect(settled([opened, delivered, resolved], 1e6)).toBe(false);
  expect(settled([opened, delivered, resolved, heard], 61)).toBe(true);
  expect(settled([opened, resolved], 61)).toBe(false);
  expect(settled([opened, resolved], 1e6)).toBe(true);
});
