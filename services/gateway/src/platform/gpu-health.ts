import type { WorkerHeartbeat } from '@ffapi/contracts';

/** What is looked at of a worker as the job service lists it. */
export type WorkerLine = Pick<WorkerHeartbeat, 'pool' | 'slots' | 'busy' | 'capabilities'>;

/** The encoders that workers have GPUs for, each once. */
export const gpuEncodersOf = (workers: readonly WorkerLine[]): string[] => [
  ...new Set(workers.flatMap(({ capabilities }) => capabilities.hardwareEncoders ?? [])),
];

/** The GPUs of all workers as one component; absent is no fault. */
export const gpuHealth = (workers: readonly WorkerLine[]) => {
  const encoders = gpuEncodersOf(workers);
  const cards = workers.flatMap(({ capabilities: { gpu } }) => (gpu ? [gpu] : []));
  const used = cards.flatMap(({ utilization }) => (utilization === null ? [] : [utilization]));
  const figures = {
    driver: cards[0]?.driver ?? 'n/a',
    utilization: used.length === 0 ? 'n/a' : Math.round(used.reduce((sum, each) => sum + each, 0) / used.length),
  };
  return encoders.length === 0
    ? { status: 'absent' as const, ...figures }
    : { status: 'up' as const, ...figures, names: [...new Set(cards.map(({ name }) => name))], encoders };
};

/** How the test of FFAPI 1 ends: a worker that serves GPUs and offers no encoder any more has lost its own. */
export const gpuTestStatus = (workers: readonly WorkerLine[]): 'success' | 'runtime_disabled' | 'disabled' => {
  if (gpuEncodersOf(workers).length > 0) return 'success';
  return workers.some(({ pool }) => pool === 'transcode-gpu') ? 'runtime_disabled' : 'disabled';
};
