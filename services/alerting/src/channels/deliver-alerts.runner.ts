import { setTimeout as delay } from 'node:timers/promises';
import { runbookPath } from '@ffapi/contracts';
import { EgressFailure, retryAfterMsOf, type Egress } from '@ffapi/egress';
import { standardHeaders } from '@ffapi/secrets';
import { publicBaseUrl, type ServiceContext } from '@ffapi/service-kit';
import { alertBody } from './alert-body.ts';
import type { Due, Incidents } from '../incidents/index.ts';

const atOnce = 8;
const timeoutMs = 15_000;
const responseBytesMax = 1024;
const storeRetryMs = 500;

export interface Receiver {
  readonly egress: Egress;
  readonly url: string;
  readonly secret: string | undefined;
}

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

const send = async (
  { egress, url, secret }: Receiver,
  { config, now, log }: ServiceContext,
  { alert, state, opened }: Due,
  signal: AbortSignal,
): Promise<Outcome> => {
  const runbookUrl = `${publicBaseUrl(config)}${runbookPath(opened.rule.name)}`;
  const body = JSON.stringify(alertBody(alert, state, opened, runbookUrl));
  const headers = standardHeaders({ id: `${opened.incidentId}.${alert}`, sentAt: now(), body, secret });
  try {
    const answer = await egress.post(url, { headers, body, timeoutMs, responseBytesMax, signal });
    const isHeard = answer.status >= 200 && answer.status < 300;
    const error = isHeard ? null : `it answered ${answer.status}`;
    return { status: answer.status, error, retryAfterMs: retryAfterMsOf(answer) };
  } catch (failure) {
    // Whether it was heard is unknown: whoever is next tells it again.
    if (signal.aborted) throw failure;
    if (failure instanceof EgressFailure) return { status: null, error: failure.message, retryAfterMs: null };
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
