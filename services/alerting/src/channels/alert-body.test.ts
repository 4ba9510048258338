import type { AlertRule } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { alertBody } from './alert-body.ts';
import { builtInRules } from '../rules/built-in-rules.ts';

const [rule] = builtInRules as [AlertRule];
const opened = {
  incidentId: 'inc_0000',
  rule,
  subject: 'platform',
  number: 1,
  value: 1 / 3,
  details: { jobs: 12, failed: 4 },
  since: '2026-03-01T10:00:00.000Z',
  openedAt: '2026-03-01T10:00:10.000Z',
};
const runbook = 'https://media.example/documentation/runbooks/high_failure_rate';

it('tells programs every figure, and people one line', () => {
  const body = alertBody('alert.opened', { resolvedAt: null }, opened, runbook);
  const line = `[critical] High failure rate (platform): job_failure_rate is 0.333, above 0.2 ${runbook}`;
  expect(body).toEqual({
    event: 'alert.opened',
    timestamp: opened.openedAt,
    text: line,
    content: line,
    incident: {
      id: 'inc_0000',
      status: 'open',
      subject: 'platform',
      details: opened.details,
      opened_at: opened.openedAt,
      resolved_at: null,
    },
    rule: 'high_failure_rate',
    severity: 'critical',
    metric: 'job_failure_rate',
    value: 1 / 3,
    threshold: 0.2,
    since: opened.since,
    runbook_url: runbook,
  });
});

it('says when it is over, and how long it was', () => {
  const resolvedAt = '2026-03-01T10:12:10.000Z';
  const body = alertBody('alert.resolved', { resolvedAt }, opened, runbook);
  expect(body).toMatchObject({ event: 'alert.resolved', timestamp: resolvedAt, incident: { status: 'resolved' } });
  expect(body.text).toBe(`[resolved] High failure rate (platform), after 12 min ${runbook}`);
  const late = alertBody('alert.opened', { resolvedAt }, opened, runbook);
  expect(late).toMatchObject({ timestamp: opened.openedAt, incident: { status: 'open', resolved_at: null } });
});
