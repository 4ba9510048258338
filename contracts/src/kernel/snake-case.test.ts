import { expect, it } from 'vitest';
import { z } from 'zod';
import { inBothCases, withSnakeCase } from './snake-case.ts';

it('adds to each name of ours the other spelling, at every depth, and changes nothing that is there', () => {
  const value = {
    jobId: 'job_1',
    outputs: [{ sizeBytes: 1, blob: { sha256: 'a' } }],
    isH264Ok: null,
    metadata: { orderId: 7 },
    'clips-0': 1,
    X_Mine: 2,
  };
  const both = withSnakeCase(value, new Set(['metadata']));
  expect(both).toEqual({
    ...value,
    job_id: 'job_1',
    is_h264_ok: null,
    outputs: [{ sizeBytes: 1, size_bytes: 1, blob: { sha256: 'a' } }],
  });
});

it('keeps a member that has the name already', () => {
  expect(withSnakeCase({ jobId: 1, job_id: 2 }, new Set())).toEqual({ jobId: 1, job_id: 2 });
});

it('has a schema of the same', () => {
  const schema = inBothCases(z.strictObject({ startedAt: z.string(), pool: z.string() }));
  const value = withSnakeCase({ startedAt: 'now', pool: 'audio' }, new Set());
  expect(schema.parse(value)).toEqual({ startedAt: 'now', started_at: 'now', pool: 'audio' });
});
