import type { AlertName, AlertRule } from '@ffapi/contracts';
import type { IncidentState, Opened } from '../incidents/index.ts';

const words: Readonly<Record<AlertRule['comparison'], string>> = {
  above: 'above',
  below: 'below',
  at_least: 'at least',
};

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

const lasted = (fromAt: string, toAt: string): string => {
  const seconds = Math.round((Date.parse(toAt) - Date.parse(fromAt)) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
};

const lineOf = (alert: AlertName, { rule, subject, value, openedAt }: Opened, at: string): string => {
  if (alert === 'alert.resolved') return `[resolved] ${rule.title} (${subject}), after ${lasted(openedAt, at)}`;
  const ref = `${rule.metric} is ${rounded(value)}, ${words[rule.comparison]} ${rule.threshold}`;
  return `[${rule.severity}] ${rule.title} (${subject}): ${ref}`;
};

/**
 * What a receiver is sent. `text` is what Slack and those like it show, `content` what Discord shows; the rest is for
 * programs.
 */
export const alertBody = (
  alert: AlertName,
  { resolvedAt }: Pick<IncidentState, 'resolvedAt'>,
  opened: Opened,
  runbookUrl: string,
) => {
  const { incidentId, rule, subject, value, details, since, openedAt } = opened;
  const timestamp = alert === 'alert.resolved' && resolvedAt !== null ? resolvedAt : openedAt;
  const text = `${lineOf(alert, opened, timestamp)} ${runbookUrl}`;
  return {
    event: alert,
    timestamp,
    text,
    content: text,
    incident: {
      id: incidentId,
      status: alert === 'alert.opened' ? 'open' : 'resolved',
      subject,
      details,
      opened_at: openedAt,
      resolved_at: alert === 'alert.opened' ? null : resolvedAt,
    },
    rule: rule.name,
    severity: rule.severity,
    metric: rule.metric,
    value,
    threshold: rule.threshold,
    since,
    runbook_url: runbookUrl,
  };
};
