import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import { isBrokerAway } from './broker-away.ts';
import { LinkDown } from './link.ts';

const answer = (code: number) => new JetStreamApiError({ code, err_code: 10_000 + code, description: 'd' });

it.each([
  ['a lost connection', new LinkDown()],
  ['a closed connection', new errors.ClosedConnectionError()],
  ['silence', new errors.TimeoutError()],
  ['nobody at a subject', new errors.NoRespondersError('$JS.API.INFO')],
  ['a server without a leader', answer(503)],
])('tells %s as a broker that is away', (_, error) => {
  expect(isBrokerAway(error)).toBe(true);
});

it.each([
  ['a refusal', answer(400)],
  ['an absent stream', answer(404)],
  ['time that somebody else had set', AbortSignal.abort(new DOMException('late', 'TimeoutError')).reason],
  ['what nobody expected', new TypeError('x')],
])('does not take %s for one', (_, error) => {
  expect(isBrokerAway(error)).toBe(false);
});
