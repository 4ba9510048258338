import { setTimeout as delay } from 'node:timers/promises';
import type { AlertRule } from '@ffapi/contracts';
import { lead, type Leading, type Running, type ServiceContext } from '@ffapi/service-kit';
import { isRate, ruleEvaluation, openRules, seedRules, openReadings } from './rules/index.ts';
import { deliverAlerts, type Receiver } from './channels/index.ts';
import { type Due, openIncidents } from './incidents/index.ts';

export interface AlertingOptions {
  readonly rules: readonly AlertRule[];
  /** Rules are looked at, and alerts are sent, this often. */
  readonly everyMs: number;
  /** `null`: nobody is told. */
  readonly receiver: Receiver | null;
}

const watch = async (
  context: ServiceContext,
  { rules: seeds, everyMs, receiver }: AlertingOptions,
  { signal, keep }: Leading,
): Promise<void> => {
  const { log, metrics } = context;
  await seedRules(context, seeds);
  const { rules } = keep(await openRules(context));
  const incidents = keep(await openIncidents(context));
  const windows = [...rules.values()].filter(isRate).map(({ windowSeconds }) => windowSeconds * 1000);
  const { take } = keep(await openReadings(context, Math.max(0, ...windows)));
  keep({ stop: () => metrics.incidentsOpen.reset() });
  const evaluate = ruleEvaluation({ context, rules, incidents, take });
  const onError = (err: unknown): void => {
    if (!signal.aborted) log.warn({ err }, 'alerting');
  };
  // A receiver that is slow to answer keeps nobody from looking.
  let delivering: Promise<void> | null = null;
  const deliver = (to: Receiver, due: readonly Due[]): void => {
    delivering ??= deliverAlerts({ context, receiver: to, incidents }, due, signal)
      .catch(onError)
      .finally(() => (delivering = null));
  };
  log.info({ rules: [...rules.keys()] }, 'watching');
  while (!signal.aborted) {
    await evaluate().catch(onError);
    const due = incidents.known.due(context.now());
    if (receiver) deliver(receiver, due);
    await delay(everyMs, undefined, { signal }).catch(() => {});
  }
  await delivering;
};

/** Watches from one process at a time; whoever takes over knows from events what is open and what is to be told. */
export const startAlerting = (context: ServiceContext, options: AlertingOptions): Running =>
  lead(context, 'alerting', (leading) => watch(context, options, leading));
