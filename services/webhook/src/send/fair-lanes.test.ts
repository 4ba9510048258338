import { describe, expect, it } from 'vitest';
import { FairLanes, type LaneLimits, type Taken } from './fair-lanes.ts';

const limits: LaneLimits = {
  runningMax: 100,
  runningPerTenantMax: 6,
  runningPerReceiverMax: 4,
  waitingMax: 200,
  waitingPerTenantMax: 150,
  waitingPerReceiverMax: 100,
};
const lanesWith = (change: Partial<LaneLimits> = {}) => new FairLanes<string>({ ...limits, ...change });
const takeAll = (lanes: FairLanes<string>): Taken<string>[] => {
  const taken: Taken<string>[] = [];
  for (let next = lanes.take(); next; next = lanes.take()) taken.push(next);
  return taken;
};
const items = (taken: readonly Taken<string>[]) => taken.map(({ item }) => item);

describe('fair lanes', () => {
  it('take turns over tenants and over receivers, in order inside one', () => {
    const lanes = lanesWith();
    for (const item of ['a1', 'a2', 'a3']) lanes.offer('a', 'x', item);
    lanes.offer('a', 'y', 'a4');
    lanes.offer('b', 'x', 'b1');
    expect(items(takeAll(lanes))).toEqual(['a1', 'b1', 'a4', 'a2', 'a3']);
    expect(lanes.running).toBe(5);
  });

  it('hold a receiver, a tenant and everybody to their limits', () => {
    const lanes = lanesWith({ runningMax: 9 });
    for (let i = 0; i < 10; i++) {
      lanes.offer('a', 'x', 'ax');
      lanes.offer('a', 'y', 'ay');
      lanes.offer('b', 'x', 'bx');
    }
    const taken = takeAll(lanes);
    expect(taken).toHaveLength(9);
    expect(items(taken).filter((item) => item === 'bx')).toHaveLength(4);
    for (const each of taken) each.release(true);
    expect(lanes.running).toBe(0);
    expect(takeAll(lanes)).toHaveLength(9);
  });

  it('try a receiver that does not answer one call at a time, until it does', () => {
    const lanes = lanesWith();
    for (let i = 0; i < 20; i++) lanes.offer('a', 'dead', String(i));
    const first = takeAll(lanes);
    expect(first).toHaveLength(4);
    for (const each of first) each.release(false);
    const [only, ...more] = takeAll(lanes);
    expect(more).toEqual([]);
    only?.release(true);
    expect(takeAll(lanes)).toHaveLength(4);
  });

  it('take only as much as memory is meant for, and from everybody a little', () => {
    const lanes = lanesWith();
    const offer = (tenant: string, receiver: string, count: number) =>
      Array.from({ length: count }, () => lanes.offer(tenant, receiver, tenant)).filter(Boolean).length;
    expect(offer('a', 'x', 500)).toBe(100);
    expect(offer('a', 'y', 500)).toBe(50);
    expect(offer('b', 'x', 500)).toBe(50);
    expect(offer('c', 'x', 500)).toBe(20);
    expect(lanes.waitingFor('c', 'x')).toBe(20);
    expect(items(takeAll(lanes)).filter((item) => item === 'c')).toHaveLength(4);
  });

  it('say that there is nothing', () => expect(lanesWith().take()).toBeNull());
});
