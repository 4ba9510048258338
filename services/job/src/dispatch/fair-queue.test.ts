import type { Priority } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { FairQueue, type Queued } from './fair-queue.ts';

const item = (id: string, priority: Priority = 'normal', apiKeyId = 'key_a'): Queued => ({
  id,
  pool: 'p',
  priority,
  apiKeyId,
});
const drain = (queue: FairQueue<Queued>): string[] => {
  const ids: string[] = [];
  for (let next = queue.take(); next; next = queue.take()) ids.push(next.id);
  return ids;
};

it('shares the turns of priorities 8:3:1 while all wait', () => {
  const queue = new FairQueue<Queued>();
  for (let i = 0; i < 24; i++)
    for (const priority of ['high', 'normal', 'low'] as const) queue.push(item(`${priority}${i}`, priority));
  const first = Array.from({ length: 24 }, () => queue.take()?.priority);
  const count = (priority: Priority) => first.filter((each) => each === priority).length;
  expect([count('high'), count('normal'), count('low')]).toEqual([16, 6, 2]);
});

it('gives keys of one priority their turns, whatever one of them floods', () => {
  const queue = new FairQueue<Queued>();
  for (let i = 0; i < 100; i++) queue.push(item(`flood${i}`, 'normal', 'key_a'));
  queue.push(item('b0', 'normal', 'key_b'));
  queue.push(item('b1', 'normal', 'key_b'));
  expect(Array.from({ length: 4 }, () => queue.take()?.id)).toEqual(['flood0', 'b0', 'flood1', 'b1']);
});

it('takes in order, once each, and forgets what is removed', () => {
  const queue = new FairQueue<Queued>();
  for (const id of ['a', 'b', 'c', 'b']) queue.push(item(id));
  queue.remove('a');
  queue.remove('nobody');
  expect(queue.size).toBe(2);
  expect(drain(queue)).toEqual(['b', 'c']);
  expect(queue.size).toBe(0);
});

it('tells how many go before, without taking any', () => {
  const queue = new FairQueue<Queued>();
  for (let i = 0; i < 5; i++) queue.push(item(`n${i}`));
  queue.push(item('h', 'high'));
  const order = ['h', 'n0', 'n1', 'n2', 'n3', 'n4'];
  const told = order.map((id) => queue.position(id));
  expect(queue.position('nobody')).toBeNull();
  expect(queue.position('n4', 2)).toBeNull();
  const taken = drain(queue);
  expect(told).toEqual(order.map((id) => taken.indexOf(id)));
});
