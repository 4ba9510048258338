import { expect, it } from 'vitest';
import { TenantScheduler } from './tenant-scheduler.ts';

const gates = () => {
  const opened = new Map<number, PromiseWithResolvers<void>>();
  const at = (position: number) => {
    const gate = opened.get(position) ?? Promise.withResolvers<void>();
    opened.set(position, gate);
    return gate;
  };
  return at;
};
const settle = () => new Promise((resolve) => setImmediate(resolve));

it('gives everybody a turn, and says up to where all is done', async () => {
  const at = gates();
  const begun: number[] = [];
  const turns = new TenantScheduler({ atOnce: 3, perTenantMax: 2, waitingMax: 100, onFailure: () => {} });
  const add = (tenant: string, position: number) =>
    turns.add(tenant, position, () => {
      begun.push(position);
      return at(position).promise;
    });
  for (const position of [1, 2, 3, 4]) await add('a', position);
  await add('b', 5);
  expect(begun).toEqual([1, 2, 5]);
  expect(turns.firstUnfinished).toBe(1);
  at(2).resolve();
  await settle();
  expect(begun).toEqual([1, 2, 5, 3]);
  expect(turns.firstUnfinished).toBe(1);
  for (const position of [1, 3, 4, 5]) at(position).resolve();
  await settle();
  expect(turns.firstUnfinished).toBeNull();
});

it('lets nobody add without end', async () => {
  const at = gates();
  const turns = new TenantScheduler({ atOnce: 1, perTenantMax: 1, waitingMax: 2, onFailure: () => {} });
  await turns.add('a', 1, () => at(1).promise);
  let isThrough = false;
  const second = turns.add('a', 2, () => at(2).promise).then(() => (isThrough = true));
  await settle();
  expect(isThrough).toBe(false);
  at(1).resolve();
  await second;
  at(2).resolve();
  await turns.end();
  expect(turns.firstUnfinished).toBeNull();
});

it('begins nothing more after a failure, and keeps what was not done', async () => {
  const failures: unknown[] = [];
  const turns = new TenantScheduler({
    atOnce: 1,
    perTenantMax: 1,
    waitingMax: 1,
    onFailure: (error) => failures.push(error),
  });
  await turns.add('a', 1, () => Promise.reject(new Error('the store is away')));
  await settle();
  await turns.add('a', 2, async () => {});
  await turns.end();
  expect(failures).toHaveLength(1);
  expect(turns.firstUnfinished).toBe(1);
});

it('leaves what was not begun when it ends', async () => {
  const at = gates();
  const turns = new TenantScheduler({ atOnce: 1, perTenantMax: 1, waitingMax: 100, onFailure: () => {} });
  for (const position of [1, 2]) await turns.add('a', position, () => at(position).promise);
  const ended = turns.end();
  at(1).resolve();
  await ended;
  expect(turns.firstUnfinished).toBe(2);
});
