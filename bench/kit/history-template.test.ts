import { describe, expect, it } from 'vitest';
import { commitRecord, type Commit } from '@ffapi/es';
import { hash } from 'node:crypto';
import { storyTemplate } from './history-template.ts';

const commit = (id: string, occurredAt: string, data: unknown): Commit => ({
  id,
  occurredAt,
  correlationId: 'job_a1b2',
  causationId: 'req_1',
  events: [{ type: 'Happened', version: 1, data }],
});

const first = JSON.stringify(
  commitRecord(null, commit('accept_job_a1b2', '2026-01-01T00:00:00.000Z', { jobId: 'job_a1b2' })),
);
const second = JSON.stringify(
  commitRecord(
    { version: 1, hash: hash('sha256', first) },
    commit('end_job_a1b2', '2026-01-01T00:00:01.500Z', { dueAt: '2026-01-02T00:00:00.000Z' }),
  ),
);
const template = storyTemplate(
  [
    { subject: 'evt.job.job_a1b2', text: first },
    { subject: 'evt.job.job_a1b2', text: second },
  ],
  ['job_a1b2'],
);

describe('a story template', () => {
  it('gives the story itself back for its own ids and time', () => {
    const [a, b] = template.render(['job_a1b2'], Date.parse('2026-01-01T00:00:00.000Z'));
    expect([a?.data, b?.data]).toEqual([first, second]);
  });

  it('replaces ids everywhere, moves every time, and chains the commits', () => {
    const [a, b] = template.render(['job_z9'], Date.parse('2026-02-01T00:00:00.000Z'));
    expect(a?.subject).toBe('evt.job.job_z9');
    expect(b?.data).not.toContain('a1b2');
    const told = JSON.parse(b?.data ?? '') as { occurredAt: string; previousHash: string; events: [{ data: unknown }] };
    expect(told.occurredAt).toBe('2026-02-01T00:00:01.500Z');
    expect(told.events[0].data).toEqual({ dueAt: '2026-02-02T00:00:00.000Z' });
    expect(told.previousHash).toBe(hash('sha256', a?.data ?? ''));
  });
});
