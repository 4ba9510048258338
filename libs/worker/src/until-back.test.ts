import { BlobNotFound, BlobStoreUnavailable } from '@ffapi/blob';
import { expect, it } from 'vitest';
import { realWaiting, unlessStopped, untilBack, type Waiting } from './until-back.ts';

const clock = () => {
  const pauses: number[] = [];
  let nowMs = 0;
  const waiting: Waiting = {
    nowMs: () => nowMs,
    chance: () => 1,
    wait: async (delayMs, signal) => {
      signal?.throwIfAborted();
      pauses.push(delayMs);
      nowMs += delayMs;
    },
  };
  return { waiting, pauses };
};

const failing = (failures: number, error: Error = new BlobStoreUnavailable('away')) => {
  let left = failures;
  return async (): Promise<string> => {
    if (left-- > 0) throw error;
    return 'done';
  };
};

it('does the work until it is done, and says once that it waits', async () => {
  const { waiting, pauses } = clock();
  const told: Error[] = [];
  const waits = { signal: new AbortController().signal, startedMs: 0, waiting, onAway: (e: Error) => told.push(e) };
  expect(await untilBack(failing(4), waits)).toBe('done');
  expect(pauses).toEqual([250, 500, 1_000, 2_000]);
  expect(told).toHaveLength(1);
});

it('throws at once what no waiting helps against', async () => {
  const { waiting, pauses } = clock();
  const waits = { signal: new AbortController().signal, startedMs: 0, waiting, onAway: () => {} };
  await expect(untilBack(failing(1, new BlobNotFound('a')), waits)).rejects.toBeInstanceOf(BlobNotFound);
  expect(pauses).toEqual([]);
});

it('gives up after as much time as the work had taken', async () => {
  const { waiting, pauses } = clock();
  const waits = { signal: new AbortController().signal, startedMs: -600_000, waiting, onAway: () => {} };
  await expect(untilBack(failing(Infinity), waits)).rejects.toBeInstanceOf(BlobStoreUnavailable);
  const waitedMs = pauses.reduce((sum, ms) => sum + ms, 0);
  expect(waitedMs).toBeGreaterThanOrEqual(600_000);
  expect(waitedMs).toBeLessThan(606_000);
});

it('does not wait for who was stopped', async () => {
  const stop = new AbortController();
  stop.abort('cancelled');
  const waits = { signal: stop.signal, startedMs: 0, waiting: clock().waiting, onAway: () => {} };
  await expect(untilBack(failing(1), waits)).rejects.toBe('cancelled');
});

it('lets a silent store go when it is stopped, and takes what comes at once', async () => {
  const stop = new AbortController();
  const waiting: Waiting = { ...realWaiting, wait: async () => {} };
  const silent = unlessStopped(new Promise(() => {}), stop.signal, waiting);
  const told = expect(silent).rejects.toBe('drained');
  stop.abort('drained');
  await told;
  expect(await unlessStopped(Promise.resolve('done'), stop.signal, waiting)).toBe('done');
});
