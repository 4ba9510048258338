import { randomUUID } from 'node:crypto';
import type { Commit } from '@ffapi/es';

/** A commit with made-up ids, for tests of stores and of what reads them. */
export const commitOf = (data: unknown = {}, overrides: Partial<Commit> = {}): Commit => ({
  id: randomUUID(),
  occurredAt: '2026-01-02T03:04:05.678Z',
  correlationId: 'job_1',
  causationId: 'cmd_1',
  events: [{ type: 'Noted', version: 1, data }],
  ...overrides,
});
