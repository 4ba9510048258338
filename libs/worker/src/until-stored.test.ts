import { EventStoreUnavailable, EventUnknown, Refusal } from '@ffapi/es';
import { expect, it, vi } from 'vitest';
import { untilStored } from './until-stored.ts';

const unknown = new EventUnknown({ type: 'TaskPaused', version: 1 });
const failing = (...errors: Error[]) => {
  const left = [...errors];
  return async (): Promise<string> => {
    const error = left.shift();
    if (error) throw error;
    return 'stored';
  };
};

it('tries again while the store is away, and says once what it is too old for', async () => {
  const onUnknown = vi.fn();
  const append = failing(new EventStoreUnavailable('away'), unknown, unknown);
  expect(await untilStored(append, { isEnding: () => false, onUnknown })).toBe('stored');
  expect(onUnknown.mock.calls).toEqual([[unknown]]);
});

it('leaves to a newer process what it is too old for when it ends, and nothing else', async () => {
  const ending = { isEnding: () => true, onUnknown: () => {} };
  await expect(untilStored(failing(unknown), ending)).rejects.toBe(unknown);
  expect(await untilStored(failing(new EventStoreUnavailable('away')), ending)).toBe('stored');
});

it('does not try again what is refused', async () => {
  const refusal = new Refusal('task_finished');
  await expect(untilStored(failing(refusal), { isEnding: () => false, onUnknown: () => {} })).rejects.toBe(refusal);
});
