import { JetStreamApiError, JetStreamError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { LinkDown } from './link.ts';

const lost = [
  LinkDown,
  errors.ClosedConnectionError,
  errors.ConnectionError,
  errors.DrainingConnectionError,
  errors.NoRespondersError,
  errors.RequestError,
  errors.TimeoutError,
];

/** What a server answers that has no leader, or has not opened its streams yet. */
const notNow = 503;

/** Whether the broker was not there, or not ready: the same may succeed when it is. */
export const isBrokerAway = (error: unknown): boolean => {
  if (error instanceof JetStreamApiError) return error.status === notNow;
  if (error instanceof JetStreamError) return error.name === 'JetStreamStatusError';
  return lost.some((kind) => error instanceof kind) || (error instanceof Error && error.name === 'JetStreamNotEnabled');
};

/** Whether the broker answered a request at once, as nobody listens at its subject. */
export const isUnheard = (error: unknown): boolean => error instanceof errors.RequestError && error.isNoResponders();
