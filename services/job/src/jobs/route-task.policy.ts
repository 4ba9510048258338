import { gpuRouteOf, isOperationId, type RerouteReason } from '@ffapi/contracts';
import { isSettled, type OpenJob, type OpenTask } from './open-jobs.projection.ts';

/** Where a task goes instead of the pool in which it is. */
export interface Reroute {
  readonly pool: string;
  readonly reason: RerouteReason;
}

/** What workers say of themselves, as far as it decides about a pool. */
export interface GpuWorkers {
  /** Whether one that takes tasks has this encoder. */
  offers(pool: string, encoder: string): boolean;
  /** When one said so last; the beginning, where none ever did. */
  offeredAtMs(pool: string, encoder: string): number;
  isAlive(worker: string): boolean;
}

/** Longer than a worker needs to start again or to be replaced, and short for who waits. */
export const gpuPatienceMs = 30_000;

/**
 * Where a task is to go; `null`: it is where it belongs. To a GPU it goes once, when it is ready; what came back from
 * there stays with the CPU. A wish for a GPU is waited for, but it is no demand: the work is done in any case.
 */
export const routeOf = (
  { accepted }: OpenJob,
  { kind, pool, route, status, worker }: OpenTask,
  workers: GpuWorkers,
  nowMs: number,
): Reroute | null => {
  const { operation, params, hardware } = accepted;
  if ((kind !== 'operation' && kind !== 'plan') || !isOperationId(operation)) return null;
  const gpu = gpuRouteOf(operation, params, hardware);
  if (gpu === null) return null;
  const isOffered = workers.offers(gpu.pools.gpu, gpu.encoder);
  if (route === null) {
    if (isOffered) return { pool: gpu.pools.gpu, reason: 'gpu_worker' };
    return gpu.wish === 'gpu' ? { pool: gpu.pools.gpu, reason: 'gpu_asked_for' } : null;
  }
  const isAtWork = status === 'running' && worker !== null && workers.isAlive(worker);
  if (pool !== gpu.pools.gpu || isOffered || isAtWork) return null;
  const aloneSinceMs = Math.max(workers.offeredAtMs(gpu.pools.gpu, gpu.encoder), Date.parse(route.at));
  return nowMs - aloneSinceMs >= gpuPatienceMs ? { pool: gpu.pools.cpu, reason: 'no_gpu_worker' } : null;
};

/** The tasks that are to leave the pools to which they were sent: their workers have gone, or never came. */
export const takenBack = function* (
  jobs: Iterable<OpenJob>,
  workers: GpuWorkers,
  nowMs: number,
): Iterable<Reroute & { readonly job: OpenJob; readonly task: OpenTask }> {
  for (const job of jobs) {
    for (const task of job.tasks) {
      // What was not sent anywhere is sent when it is ready.
      const route = task.route === null || isSettled(task) ? null : routeOf(job, task, workers, nowMs);
      if (route) yield { job, task, ...route };
    }
  }
};
