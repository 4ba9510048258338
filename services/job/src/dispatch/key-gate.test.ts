import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyGate, type Arrival } from './key-gate.ts';

const arrival = (jobId: string, more: Partial<Arrival> = {}): Arrival => ({
  jobId,
  apiKeyId: 'key_a',
  priority: 'normal',
  hasBegun: false,
  ...more,
});

describe('a key with two places', () => {
  it('lets the third wait, and calls it when one has left', () => {
    const gate = new KeyGate(() => 2);
    expect(['a', 'b', 'c'].map((jobId) => gate.enter(arrival(jobId)))).toEqual([true, true, false]);
    expect(gate.next('key_a')).toBeNull();
    expect(gate.isWaiting('c', 'key_a')).toBe(true);
    gate.leave('a', 'key_a');
    expect(gate.next('key_a')).toBe('c');
    expect(gate.enter(arrival('c'))).toBe(true);
  });

  it('calls high before low, and in the order of arrival', () => {
    const gate = new KeyGate(() => 0);
    gate.enter(arrival('low', { priority: 'low' }));
    gate.enter(arrival('first'));
    gate.enter(arrival('second'));
    gate.enter(arrival('high', { priority: 'high' }));
    const open = new KeyGate(() => 4);
    for (const jobId of ['w', 'x', 'y', 'z']) open.enter(arrival(jobId));
    for (const each of [arrival('low', { priority: 'low' }), arrival('first'), arrival('high', { priority: 'high' })])
      open.enter(each);
    for (const jobId of ['w', 'x', 'y']) open.leave(jobId, 'key_a');
    expect([open.next('key_a'), open.next('key_a'), open.next('key_a')]).toEqual(['high', 'first', 'low']);
  });

  it('lets nobody overtake those who wait', () => {
    const gate = new KeyGate(() => 1);
    gate.enter(arrival('a'));
    gate.enter(arrival('b'));
    gate.leave('a', 'key_a');
    expect(gate.enter(arrival('c'))).toBe(false);
    expect(gate.next('key_a')).toBe('b');
  });

  it('never stops what has begun', () => {
    const gate = new KeyGate(() => 0);
    expect(gate.enter(arrival('a', { hasBegun: true }))).toBe(true);
    expect(gate.next('key_a')).toBeNull();
  });

  it('forgets those who leave while they wait', () => {
    const gate = new KeyGate(() => 1);
    gate.enter(arrival('a'));
    gate.enter(arrival('b'));
    gate.leave('b', 'key_a');
    gate.leave('a', 'key_a');
    expect(gate.next('key_a')).toBeNull();
    expect(gate.enter(arrival('c'))).toBe(true);
  });
});

it('never has more inside than places, and lets everybody in at last', () => {
  const moves = fc.array(fc.oneof(fc.constant('arrive' as const), fc.constant('leave' as const)), { maxLength: 200 });
  fc.assert(
    fc.property(moves, fc.integer({ min: 1, max: 5 }), (steps, places) => {
      const gate = new KeyGate(() => places);
      const inside = new Set<string>();
      let arrived = 0;
      let served = 0;
      const call = (): void => {
        for (let next = gate.next('key_a'); next !== null; next = gate.next('key_a')) inside.add(next);
      };
      const leave = (): void => {
        const [first] = inside;
        if (first === undefined) return;
        inside.delete(first);
        served++;
        gate.leave(first, 'key_a');
        call();
      };
      for (const step of steps) {
        if (step === 'leave') leave();
        else if (gate.enter(arrival(`job${arrived++}`))) inside.add(`job${arrived - 1}`);
        expect(inside.size).toBeLessThanOrEqual(places);
      }
      while (inside.size > 0) leave();
      expect(served).toBe(arrived);
    }),
  );
});
