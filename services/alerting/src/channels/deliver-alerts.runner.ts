import { setTimeout as delay } from 'node:timers/promises';
import { runbookPath } from '@ffapi/contracts';
import type { Egress } from '@ffapi/egress';
import { createCaller, isOutboundFailure, type Caller, type OutboundFailure } from '@ffapi/outbound';
import { standardHeaders } from '@ffapi/secrets';
import { publicBaseUrl, type ServiceContext } from '@ffapi/service-kit';
import { alertBody } from './alert-body.ts';
import type { Due, Incidents } from '../incidents/index.ts';

const atOnce = 8;
const storeRetryMs = 500;

export interface Receiver {
  readonly caller: Caller;
  readonly url: string;
  readonly secret: string | undefined;
}

/** Who is told of alerts, where somebody is. */
export const configuredReceiver = (
  { ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secret }: ServiceContext['config'],
  egress: Egress,
): Receiver | null => {
  if (url === undefined) return null;
  const options = { unavailable: 'endpoint_unreachable', timeoutMs: 15_000, responseBytesMax: 1024 } as const;
  return { caller: createCaller({ egress, ...options }), url, secret };
};

export interface DeliveryPorts {
  readonly context: ServiceContext;
  readonly receiver: Receiver;
  readonly incidents: Incidents;
}

interface Outcome {
  readonly status: number | null;
  readonly error: string | null;
  readonly retryAfterMs: number | null;
}

/** What was in the way of a call; the way out knows it more exactly than the caller. */
const reasonOf = ({ cause, message }: OutboundFailure): string => (cause instanceof Error ? cause.message : message);

const send = async (
  { caller, url, secret }: Receiver,
  { config, now, log }: ServiceContext,
  { alert, state, opened }: Due,
  signal: AbortSignal,
): Promise<Outcome> => {
  const runbookUrl = `${publicBaseUrl(config)}${runbookPath(opened.rule.name)}`;
  const body = JSON.stringify(alertBody(alert, state, opened, runbookUrl));
  const headers = standardHeaders({ id: `${opened.incidentId}.${alert}`, sentAt: now(), body, secret });
  try {
    const { status, retryAfterMs } = await caller.call({ url, headers, body, signal });
    const isHeard = status >= 200 && status < 300;
    return { status, error: isHeard ? null : `it answered ${status}`, retryAfterMs };
  } catch (failure) {
    // Whether it was heard is unknown: whoever is next tells it again.
    if (signal.aborted) throw failure;
    if (isOutboundFailure(failure)) return { status: null, error: reasonOf(failure), retryAfterMs: null };
    log.error({ err: failure, incidentId: opened.incidentId }, 'an alert could not be sent');
    return { status: null, error: 'The call could not be made.', retryAfterMs: null };
  }
};

/** A call that was made is written down when the store is back, and not made anew. */
const writeDown = async <T>(
  write: () => Promise<T>,
  onWait: (error: unknown) => void,
  signal: AbortSignal,
): Promise<T> => {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (signal.aborted) throw error;
      onWait(error);
      await delay(storeRetryMs, undefined, { signal }).catch(() => {});
    }
  }
};

const tell = async (ports: DeliveryPorts, due: Due, signal: AbortSignal): Promise<void> => {
  const { context, receiver, incidents } = ports;
  const { alert, attempt, opened } = due;
  const { incidentId } = opened;
  const ref = { incidentId, alert, attempt };
  const outcome = await send(receiver, context, due, signal);
  const command = { type: 'RecordAttempt', alert, attempt, ...outcome, now: context.now() } as const;
  const commit = await writeDown(
    () => incidents.write(incidentId, command),
    (err) => context.log.warn({ err, ...ref }, 'an alert that was sent waits to be written down'),
    signal,
  );
  if (outcome.error !== null) context.log.warn({ ...ref, error: outcome.error }, 'an alert was not heard');
  if (commit?.events.some(({ type }) => type === 'AlertGivenUp')) context.log.error(ref, 'an alert was given up');
};

/** Sends alerts, a few at once, and writes down what came of it. */
export const deliverAlerts = async (ports: DeliveryPorts, due: readonly Due[], signal: AbortSignal): Promise<void> => {
  for (let from = 0; from < due.length && !signal.aborted; from += atOnce)
    await Promise.all(due.slice(from, from + atOnce).map((each) => tell(ports, each, signal)));
};
