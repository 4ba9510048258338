import type { OpenTask } from './open-jobs.projection.ts';
import { gpuPatienceMs } from './route-task.policy.ts';

/** What the user is told of where a task ran, when that is not what could be expected. */
export const deviceWarnings = ({ falls, route }: OpenTask): string[] => [
  ...falls.map(({ to, reason }) =>
    to === 'cpu'
      ? `the GPU could not do it (${reason}); encoded on the CPU`
      : `the GPU could not decode it (${reason}); decoded on the CPU`,
  ),
  ...(route?.reason === 'no_gpu_worker'
    ? [`no GPU worker came within ${gpuPatienceMs / 1000} s; encoded on the CPU`]
    : []),
];
