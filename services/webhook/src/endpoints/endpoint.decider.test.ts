import { endpointAggregate, type EndpointEvent } from '@ffapi/contracts';
import { Refusal } from '@ffapi/es';
import { describe, expect, it } from 'vitest';
import { endpointDecider, secretsInForce, type EndpointCommand } from './endpoint.decider.ts';

const { initialState, decide, evolve } = endpointDecider;
const webhookId = 'whk_01k9vjz6f8';
const base = { webhookId, by: 'key_1', now: '2026-01-01T00:00:00.000Z' };
const target = { url: 'https://example.com/hook', urlSecret: 'sec_1', headersSecret: null };
const subscribe: EndpointCommand = {
  ...base,
  type: 'SubscribeEndpoint',
  apiKeyId: 'key_1',
  events: ['job.*'],
  target,
  signingSecret: 'sec_a',
};

const stateAfter = (events: readonly EndpointEvent[]) => events.reduce(evolve, initialState);
/** The events of a series of commands; each is checked against its contract. */
const run = (...commands: EndpointCommand[]): EndpointEvent[] => {
  const events: EndpointEvent[] = [];
  for (const command of commands) {
    for (const event of decide(command, stateAfter(events))) {
      endpointAggregate.events[event.type][1].parse(event.data);
      events.push(event);
    }
  }
  return events;
};
const types = (...commands: EndpointCommand[]) =>
  run(subscribe, ...commands)
    .map(({ type }) => type)
    .slice(1);

describe('endpoint', () => {
  it('is subscribed once', () => {
    expect(run(subscribe, subscribe)).toHaveLength(1);
    expect(stateAfter(run(subscribe))).toMatchObject({
      status: 'enabled',
      events: ['job.*'],
      target,
      apiKeyId: 'key_1',
    });
  });

  it('is updated with what differs only', () => {
    const events = run(subscribe, { ...base, type: 'UpdateEndpoint', events: ['file.*'], target });
    expect(events[1]?.data).toEqual({ webhookId, events: ['file.*'], by: 'key_1' });
    expect(stateAfter(events)).toMatchObject({ events: ['file.*'], target });
    const moved = { ...target, url: 'https://example.com/other' };
    expect(stateAfter(run(subscribe, { ...base, type: 'UpdateEndpoint', target: moved })).target).toEqual(moved);
    expect(
      types({ ...base, type: 'UpdateEndpoint', events: ['job.*'], target }, { ...base, type: 'UpdateEndpoint' }),
    ).toEqual([]);
  });

  it('signs with both secrets for a day after a rotation', () => {
    const rotate = (signingSecret: string): EndpointCommand => ({
      ...base,
      type: 'RotateEndpointSecret',
      signingSecret,
    });
    const state = stateAfter(run(subscribe, rotate('sec_b'), rotate('sec_b')));
    expect(secretsInForce(state, '2026-01-01T23:59:59.000Z')).toEqual(['sec_b', 'sec_a']);
    expect(secretsInForce(state, '2026-01-02T00:00:00.000Z')).toEqual(['sec_b']);
    const twice = stateAfter(run(subscribe, rotate('sec_b'), rotate('sec_c')));
    expect(secretsInForce(twice, base.now)).toEqual(['sec_c', 'sec_b']);
  });

  it('is disabled and enabled, quietly when it is so already', () => {
    const disable: EndpointCommand = { ...base, type: 'DisableEndpoint', reason: 'gone' };
    const enable: EndpointCommand = { ...base, type: 'EnableEndpoint' };
    expect(types(enable, disable, disable, enable)).toEqual(['EndpointDisabled', 'EndpointEnabled']);
    expect(stateAfter(run(subscribe, disable)).status).toBe('disabled');
  });

  it('is disabled after five days of failures without one success', () => {
    const at = (now: string, isSuccess = false): EndpointCommand => ({
      ...base,
      type: 'RecordOutcome',
      isSuccess,
      now,
    });
    const [first, almost, over] = ['2026-01-01T00:00:00Z', '2026-01-05T23:59:59Z', '2026-01-06T00:00:00Z'] as const;
    expect(types(at(first), at(almost), at(over), at(over))).toEqual(['EndpointFailing', 'EndpointDisabled']);
    expect(run(subscribe, at(first), at(over)).at(-1)?.data).toMatchObject({ reason: 'failing' });
    expect(stateAfter(run(subscribe, at(first), at(over)))).toMatchObject({
      status: 'disabled',
      disabledReason: 'failing',
      failingSince: first,
    });
    expect(types(at(first), at(almost, true), at(almost, true), at(over))).toEqual([
      'EndpointFailing',
      'EndpointRecovered',
      'EndpointFailing',
    ]);
  });

  it('begins anew when it is enabled, also while it was only failing', () => {
    const failing: EndpointCommand = { ...base, type: 'RecordOutcome', isSuccess: false };
    const later = { ...failing, now: '2026-01-06T00:00:00.000Z' };
    const enable: EndpointCommand = { ...base, type: 'EnableEndpoint' };
    const state = stateAfter(run(subscribe, failing, enable));
    expect(state).toMatchObject({ status: 'enabled', failingSince: null, disabledReason: null });
    expect(types(failing, enable, later)).toEqual(['EndpointFailing', 'EndpointEnabled', 'EndpointFailing']);
  });

  it('is gone once deleted', () => {
    const remove: EndpointCommand = { ...base, type: 'DeleteEndpoint' };
    expect(types(remove, remove, subscribe)).toEqual(['EndpointDeleted']);
    for (const events of [[], run(subscribe, remove)]) {
      expect(() => decide({ ...base, type: 'EnableEndpoint' }, stateAfter(events))).toThrow(Refusal);
    }
    expect(() => decide(remove, initialState)).toThrow('webhook_not_found');
  });
});
