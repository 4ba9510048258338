import type { AlertRule } from '@ffapi/contracts';
import type { ServiceContext } from '@ffapi/service-kit';
import { incidentIdOf, type Incidents } from '../incidents/index.ts';
import { watch, type Verdict, type Watches } from './watch.ts';
import type { TakeReadings } from './take-readings.runner.ts';

export interface EvaluationPorts {
  readonly context: ServiceContext;
  readonly rules: ReadonlyMap<string, AlertRule>;
  readonly incidents: Incidents;
  readonly take: TakeReadings;
}

const timeOf = (ms: number): string => new Date(ms).toISOString();

/** Looks at every rule each time it is called; remembers since when each has been met. */
export const ruleEvaluation = ({ context, rules, incidents, take }: EvaluationPorts): (() => Promise<void>) => {
  const { known, write } = incidents;
  const { log, metrics } = context;
  const watchesOf = new Map<string, Watches>();

  const open = async (rule: AlertRule, { reading, sinceMs }: Extract<Verdict, { type: 'open' }>, nowMs: number) => {
    const { subject, value, details } = reading;
    const number = known.nextNumber(rule.name, subject);
    const incidentId = incidentIdOf(rule.name, subject, number);
    const found = { incidentId, rule, subject, number, value, details: { ...details } };
    const incident = { ...found, since: timeOf(sinceMs), openedAt: timeOf(nowMs) };
    if (await write(incidentId, { type: 'OpenIncident', incident }))
      log.warn({ incidentId, rule: rule.name, severity: rule.severity, subject, value }, 'incident opened');
  };

  const resolve = async (incidentId: string, value: number | null, nowMs: number) => {
    if (await write(incidentId, { type: 'ResolveIncident', value, now: timeOf(nowMs) }))
      log.info({ incidentId, value }, 'incident resolved');
  };

  const evaluate = async (rule: AlertRule): Promise<void> => {
    const nowMs = Date.parse(context.now());
    const readings = await take(rule, nowMs);
    if (readings === null) return;
    const ids = known.openOf(rule.name);
    const before = watchesOf.get(rule.name) ?? new Map();
    const { watches, verdicts } = watch(rule, before, { readings, open: new Set(ids.keys()), nowMs });
    watchesOf.set(rule.name, watches);
    for (const verdict of verdicts) {
      const incidentId = verdict.type === 'resolve' ? ids.get(verdict.subject) : undefined;
      if (verdict.type === 'open') await open(rule, verdict, nowMs);
      else if (incidentId !== undefined) await resolve(incidentId, verdict.value, nowMs);
    }
  };

  return async () => {
    await Promise.all([...rules.values()].map(evaluate));
    for (const { name, severity } of rules.values())
      metrics.incidentsOpen.set({ rule: name, severity }, known.openOf(name).size);
  };
};
