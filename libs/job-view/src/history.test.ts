import { jobStream, taskStream } from '@ffapi/contracts';
import type { DomainEvent, EventStore } from '@ffapi/es';
import { createMemoryEventStore } from '@ffapi/es-testing';
import { expect, it } from 'vitest';
import { readStorySoFar } from './history.ts';

const jobId = 'job_0001';

/** Writes to a stream the way each task does: after what is there. */
const write = async (store: EventStore, stream: string, type: string, data: object = {}): Promise<void> => {
  const { head } = await store.load(stream);
  const event: DomainEvent = { type, version: 1, data: { jobId, ...data } };
  const commit = { id: `${stream} ${type}`, occurredAt: '2026-01-01T00:00:00Z', correlationId: jobId, causationId: '' };
  await store.append(stream, head, { ...commit, events: [event] });
};

it('has every event before its newest one, whatever is written while it is read', async () => {
  const store = createMemoryEventStore();
  await write(store, jobStream(jobId), 'JobAccepted', { tasks: [{ n: 0 }, { n: 1 }] });
  await write(store, taskStream(jobId, 0), 'TaskStarted');
  // The first task ends and the second starts between the moments at which their streams are read.
  const overtaken: EventStore = {
    ...store,
    load: async (stream) => {
      if (stream !== taskStream(jobId, 1)) return store.load(stream);
      await write(store, taskStream(jobId, 0), 'TaskCompleted');
      await write(store, taskStream(jobId, 1), 'TaskStarted');
      return store.load(stream);
    },
  };
  expect((await readStorySoFar(overtaken, jobId)).map(({ event }) => event.type)).toEqual([
    'JobAccepted',
    'TaskStarted',
  ]);
  expect((await readStorySoFar(store, jobId)).map(({ position }) => position)).toEqual([1, 2, 3, 4]);
});
