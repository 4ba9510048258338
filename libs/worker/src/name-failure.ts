import { BlobStoreFull } from '@ffapi/blob';
import { failureOf, type Failure } from '@ffapi/contracts';
import { TaskFailure } from './task-runner.ts';

const fullCodes = new Set(['ENOSPC', 'EDQUOT']);

const isFull = (error: unknown): boolean =>
  error instanceof BlobStoreFull || (error instanceof Error && 'code' in error && fullCodes.has(String(error.code)));

/** A failure in the platform's words: the runner's own, what `classify` knows of it, a full disk, or the worker's fault. */
export const nameFailure = (error: unknown, classify?: (error: unknown) => Failure | null): Failure => {
  if (error instanceof TaskFailure) return error.failure;
  return classify?.(error) ?? failureOf(isFull(error) ? 'disk_full' : 'worker_failed');
};
