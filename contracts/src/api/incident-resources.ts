import { z } from 'zod';
import { alertMetric, alertName, alertRule, alertSeverity } from '../events/alerting.ts';

const time = z.iso.datetime();

export const incidentStatus = z.enum(['open', 'resolved']);
export type IncidentStatus = z.infer<typeof incidentStatus>;

export const alertStatus = z.enum(['pending', 'delivered', 'given_up']);
export type AlertStatus = z.infer<typeof alertStatus>;

/** Where the platform shows what to do about incidents of a rule. */
export const runbookPath = (rule: string): string => `/documentation/runbooks/${rule}`;

export const incidentResource = z
  .strictObject({
    id: z.string().describe('inc_…'),
    status: incidentStatus,
    rule: z.string(),
    title: z.string(),
    severity: alertSeverity,
    subject: z.string().describe('`platform`, or a key and one of its quotas.'),
    metric: alertMetric,
    comparison: alertRule.shape.comparison,
    threshold: z.number(),
    window_seconds: z.int(),
    value: z.number().describe('When it was opened.'),
    details: z.record(z.string(), z.number()).describe('Parts of the figure, such as the depth of each queue.'),
    since: time.describe('Since when it had been so.'),
    opened_at: time,
    resolved_at: time.nullable(),
    runbook_url: z.string(),
    alerts: z
      .array(
        z.strictObject({
          event: alertName,
          status: alertStatus,
          attempts: z.int(),
          last_error: z.string().nullable(),
        }),
      )
      .describe('What was told of it. `pending` for as long as there is no ALERT_WEBHOOK_URL.'),
  })
  .meta({ id: 'Incident', description: 'A rule that was met, from when it was seen until it was over.' });
export type IncidentResource = z.infer<typeof incidentResource>;
