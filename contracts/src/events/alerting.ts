import { z } from 'zod';
import { defineAggregate, type EventOf } from '../kernel/aggregate.ts';
import { idOf } from '../kernel/ids.ts';

export const alertSeverity = z.enum(['critical', 'warning']);
export type AlertSeverity = z.infer<typeof alertSeverity>;

/** What a rule looks at. */
export const alertMetric = z.enum(['job_failure_rate', 'free_disk_space_mb', 'queue_depth', 'quota_used_ratio']);
export type AlertMetric = z.infer<typeof alertMetric>;

export const ruleName = z.string().regex(/^[a-z][a-z_]{1,63}$/, 'must be lower case words joined by _');

/** When an incident opens, and when it is over. */
export const alertRule = z.strictObject({
  name: ruleName,
  title: z.string(),
  metric: alertMetric,
  comparison: z.enum(['above', 'below', 'at_least']),
  threshold: z.number(),
  /** A rate is of this time; another figure must be so throughout it. 0: at once. */
  windowSeconds: z.int().min(0).max(86_400),
  /** What a rate must be of at least, so that one of two is none. */
  samplesMin: z.int().min(1),
  /** For how long it must be otherwise until the incident is over. */
  clearSeconds: z.int().min(0).max(86_400),
  severity: alertSeverity,
});
export type AlertRule = z.infer<typeof alertRule>;

export const ruleAggregate = defineAggregate({
  kind: 'rule',
  stream: '{name}',
  parts: { name: 'The rule.' },
  describes: 'When an alert is due.',
  events: {
    RuleDefined: { 1: z.strictObject({ rule: alertRule, by: z.string() }) },
  },
});
export type RuleEvent = EventOf<typeof ruleAggregate>;

export const ruleStream = ruleAggregate.streamOf;

/** What is told of an incident. */
export const alertName = z.enum(['alert.opened', 'alert.resolved']);
export type AlertName = z.infer<typeof alertName>;

const time = z.iso.datetime();
const ofAlert = { incidentId: idOf('inc'), alert: alertName, attempt: z.int().min(1) };

export const incidentAggregate = defineAggregate({
  kind: 'incident',
  stream: '{incidentId}',
  parts: { incidentId: 'The incident.' },
  describes: 'A rule that was met, until it was over, and what was told of it.',
  events: {
    IncidentOpened: {
      1: z.strictObject({
        incidentId: idOf('inc'),
        /** As it was in force then. */
        rule: alertRule,
        /** What it is about: `platform`, or a key and one of its quotas. */
        subject: z.string(),
        /** Counts the incidents of this rule and subject, from 1. */
        number: z.int().min(1),
        value: z.number(),
        /** Parts of the figure, such as the depth of each queue. */
        details: z.record(z.string(), z.number()),
        /** Since when it has been so. */
        since: time,
        openedAt: time,
      }),
    },
    IncidentResolved: {
      1: z.strictObject({
        incidentId: idOf('inc'),
        /** `null`: what the incident was about is there no more. */
        value: z.number().nullable(),
        resolvedAt: time,
      }),
    },
    AlertDelivered: { 1: z.strictObject({ ...ofAlert, status: z.int() }) },
    AlertDeliveryFailed: {
      1: z.strictObject({
        ...ofAlert,
        /** `null`: there was no answer. */
        status: z.int().nullable(),
        error: z.string().nullable(),
        /** `null`: it was the last attempt. */
        nextAttemptAt: time.nullable(),
      }),
    },
    /** Nobody was told, and nobody will be. */
    AlertGivenUp: { 1: z.strictObject(ofAlert) },
  },
});
export type IncidentEvent = EventOf<typeof incidentAggregate>;

export const incidentStream = incidentAggregate.streamOf;
