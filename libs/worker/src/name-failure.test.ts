import { BlobStoreFull } from '@ffapi/blob';
import { failureOf } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { nameFailure } from './name-failure.ts';
import { TaskFailure } from './task-runner.ts';

it.each([
  ['the runner’s own', new TaskFailure(failureOf('input_empty')), 'input_empty'],
  ['a full volume', Object.assign(new Error('write'), { code: 'ENOSPC' }), 'disk_full'],
  ['a used-up quota', Object.assign(new Error('write'), { code: 'EDQUOT' }), 'disk_full'],
  ['a full blob store', new BlobStoreFull('no space left for blobs'), 'disk_full'],
  ['a volume that is broken', Object.assign(new Error('write'), { code: 'EIO' }), 'worker_failed'],
  ['what nobody expected', 'a string', 'worker_failed'],
])('names %s', (_, error, code) => {
  expect(nameFailure(error).code).toBe(code);
});

it('lets who knows the error better go first', () => {
  expect(nameFailure(new Error('x'), () => failureOf('input_timeout')).code).toBe('input_timeout');
  expect(nameFailure(new Error('x'), () => null).code).toBe('worker_failed');
});
