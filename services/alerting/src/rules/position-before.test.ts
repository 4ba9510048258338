import type { RecordedCommit } from '@ffapi/es';
import { createMemoryEventStore } from '@ffapi/es-testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { positionBefore } from './position-before.ts';

const startMs = Date.UTC(2026, 2, 1);
const everyMs = 1_000;
const count = 6_000;
const store = createMemoryEventStore();
for (let i = 1; i <= count; i++)
  await store.append(`job.${i}`, null, {
    id: 'end',
    occurredAt: new Date(startMs + i * everyMs).toISOString(),
    correlationId: '',
    causationId: '',
    events: [{ type: 'JobCompleted', version: 1, data: {} }],
  });

const after = async (position: number): Promise<RecordedCommit[]> => {
  const found: RecordedCommit[] = [];
  for await (const commits of store.read({ after: position })) found.push(...commits);
  return found;
};

it('leaves nothing out that happened since, and reads little more than twice of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: count + 100 }), async (second) => {
      const sinceMs = startMs + second * everyMs;
      const found = await after(await positionBefore(store, sinceMs));
      const since = Math.max(0, count - second);
      expect(found.filter(({ occurredAt }) => Date.parse(occurredAt) > sinceMs)).toHaveLength(Math.min(since, count));
      expect(found.length).toBeLessThanOrEqual(Math.max(1_000, 2 * (since + 61)));
    }),
    { numRuns: 100 },
  );
});

it('is the beginning of a store that is empty or young', async () => {
  expect(await positionBefore(createMemoryEventStore(), startMs)).toBe(0);
  expect(await positionBefore(store, startMs)).toBe(0);
});
