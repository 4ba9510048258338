import { deliveryAggregate, type DeliveryAttempt, type DeliveryEvent } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { deliveryDecider, type DeliveryCommand } from './delivery.decider.ts';

const { initialState, decide, evolve } = deliveryDecider;
const deliveryId = 'dlv_01k9vjz6f8';
const now = '2026-01-01T00:00:00.000Z';
const schedule: DeliveryCommand = {
  type: 'ScheduleDelivery',
  deliveryId,
  webhookId: 'whk_01k9vjz6f8',
  apiKeyId: 'key_1',
  event: 'job.completed',
  timestamp: now,
  jobId: 'job_01k9vjz6f8',
  target: { url: 'https://example.com/hook', urlSecret: null, headersSecret: null },
  payload: { inline: { job_id: 'job_01k9vjz6f8' } },
  now,
};
const record = (
  outcome: Partial<DeliveryAttempt>,
  more: Partial<Extract<DeliveryCommand, { type: 'RecordAttempt' }>> = {},
): DeliveryCommand => ({
  type: 'RecordAttempt',
  deliveryId,
  outcome: { attempt: 1, status: 500, durationMs: 12, responseBodyExcerpt: '', error: null, ...outcome },
  jitter: 0,
  now,
  ...more,
});

const stateAfter = (events: readonly DeliveryEvent[]) => events.reduce(evolve, initialState);
const run = (...commands: DeliveryCommand[]): DeliveryEvent[] => {
  const events: DeliveryEvent[] = [];
  for (const command of commands) {
    for (const event of decide(command, stateAfter(events))) {
      deliveryAggregate.events[event.type][1].parse(event.data);
      events.push(event);
    }
  }
  return events;
};
const types = (...commands: DeliveryCommand[]) => run(...commands).map(({ type }) => type);
const eightFailures = Array.from({ length: 8 }, (_, i) => record({ attempt: i + 1 }));

describe('delivery', () => {
  it('is scheduled once and due at once', () => {
    expect(types(schedule, schedule)).toEqual(['DeliveryScheduled']);
    expect(stateAfter(run(schedule))).toEqual({ status: 'pending', attempts: 0, attemptsInRound: 0, dueAt: now });
    expect(() => decide(record({}), initialState)).toThrow('delivery_not_found');
  });

  it('W1 succeeds after three failures', () => {
    const commands = [
      schedule,
      ...[1, 2, 3].map((attempt) => record({ attempt })),
      record({ attempt: 4, status: 200 }),
    ];
    expect(types(...commands)).toEqual([
      'DeliveryScheduled',
      ...Array(4).fill('DeliveryAttempted'),
      'DeliverySucceeded',
    ]);
    expect(stateAfter(run(...commands))).toMatchObject({ status: 'succeeded', attempts: 4, dueAt: null });
  });

  it('is tried again when there was no answer, a redirect or an error', () => {
    const error = { code: 'endpoint_timeout', message: 'The endpoint did not answer in time.' };
    for (const outcome of [{ status: null, error }, { status: 302 }, { status: 404 }, { status: 503 }]) {
      expect(stateAfter(run(schedule, record(outcome)))).toMatchObject({
        status: 'pending',
        dueAt: '2026-01-01T00:00:05.000Z',
      });
    }
  });

  it('is exhausted after eight attempts', () => {
    const events = run(schedule, ...eightFailures);
    expect(events.at(-1)).toMatchObject({ type: 'DeliveryExhausted', data: { attempts: 8, reason: 'attempts' } });
    expect(events.filter(({ type }) => type === 'DeliveryAttempted')).toHaveLength(8);
  });

  it('W5 stops at 410', () => {
    const events = run(schedule, record({ status: 410 }));
    expect(events.at(-1)).toMatchObject({ type: 'DeliveryExhausted', data: { attempts: 1, reason: 'gone' } });
  });

  it('W6 waits as long as the receiver asks', () => {
    expect(stateAfter(run(schedule, record({ status: 429 }, { retryAfterMs: 30_000 }))).dueAt).toBe(
      '2026-01-01T00:00:30.000Z',
    );
  });

  it('is sent once where repeats make no sense', () => {
    expect(types(schedule, record({}, { isRetried: false })).at(-1)).toBe('DeliveryExhausted');
  });

  it('is scheduled, tried and over in one when it is a test', () => {
    const { type: _, ...data } = schedule as Extract<DeliveryCommand, { type: 'ScheduleDelivery' }>;
    const { outcome } = record({ status: 200 }) as Extract<DeliveryCommand, { type: 'RecordAttempt' }>;
    const test: DeliveryCommand = { ...data, type: 'RecordTestCall', event: 'webhook.test', outcome };
    expect(types(test, test)).toEqual(['DeliveryScheduled', 'DeliveryAttempted', 'DeliverySucceeded']);
    const failed = run({ ...test, outcome: { ...outcome, status: 500 } });
    expect(failed.at(-1)).toMatchObject({ type: 'DeliveryExhausted', data: { attempts: 1 } });
  });

  it('counts one result per attempt', () => {
    expect(run(schedule, record({}), record({}), record({ attempt: 7 }))).toHaveLength(2);
    expect(types(schedule, record({ status: 204 }), record({ attempt: 2 }))).toEqual([
      'DeliveryScheduled',
      'DeliveryAttempted',
      'DeliverySucceeded',
    ]);
  });

  it('keeps 4 KiB of the answer', () => {
    const [, attempted] = run(schedule, record({ responseBodyExcerpt: 'x'.repeat(9000) }));
    expect(attempted).toMatchObject({ data: { responseBodyExcerpt: 'x'.repeat(4096) } });
  });

  it('is given up with its endpoint', () => {
    const giveUp: DeliveryCommand = { type: 'GiveUpDelivery', deliveryId, reason: 'endpoint_deleted', now };
    expect(types(schedule, giveUp, giveUp)).toEqual(['DeliveryScheduled', 'DeliveryExhausted']);
  });

  it('begins a new round when someone asks for it, and numbers attempts on', () => {
    const retry: DeliveryCommand = { type: 'RetryDelivery', deliveryId, by: 'key_1', now: '2026-01-03T00:00:00.000Z' };
    const events = run(schedule, ...eightFailures, retry, retry);
    expect(events.filter(({ type }) => type === 'DeliveryRescheduled')).toHaveLength(1);
    expect(stateAfter(events)).toMatchObject({ status: 'pending', dueAt: '2026-01-03T00:00:00.000Z' });
    const failedAgain = run(schedule, ...eightFailures, retry, record({ attempt: 9 }));
    expect(stateAfter(failedAgain)).toMatchObject({
      status: 'pending',
      attempts: 9,
      dueAt: '2026-01-01T00:00:05.000Z',
    });
    expect(types(schedule, retry)).toEqual(['DeliveryScheduled']);
    expect(types(schedule, record({ status: 200 }), retry).at(-1)).toBe('DeliveryRescheduled');
  });
});
