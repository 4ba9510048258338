import type { JobAcceptedData } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import type { OpenJob, OpenTask } from './open-jobs.projection.ts';
import { deviceWarnings } from './device-warnings.policy.ts';
import { gpuPatienceMs, routeOf, type GpuWorkers } from './route-task.policy.ts';

const sentAtMs = Date.parse('2026-11-22T10:00:00.000Z');
const jobOf = (accepted: Partial<JobAcceptedData> = {}): OpenJob =>
  ({ accepted: { operation: 'transcode', params: {}, hardware: 'auto', ...accepted } }) as OpenJob;
const taskOf = (more: Partial<OpenTask> = {}): OpenTask => ({
  n: 0,
  kind: 'operation',
  pool: 'transcode-cpu',
  after: [],
  status: 'requested',
  attempt: 0,
  worker: null,
  dueAt: null,
  error: null,
  completed: null,
  route: null,
  falls: [],
  ...more,
});
const workersOf = (encoders: readonly string[], more: Partial<GpuWorkers> = {}): GpuWorkers => ({
  offers: (pool, encoder) => pool === 'transcode-gpu' && encoders.includes(encoder),
  offeredAtMs: () => 0,
  isAlive: () => false,
  ...more,
});
const nobody = workersOf([]);
const withGpu = workersOf(['h264_nvenc', 'hevc_nvenc']);
const ask = (job: OpenJob, workers: GpuWorkers, task = taskOf()) => routeOf(job, task, workers, sentAtMs);

describe('a task that is ready', () => {
  it.each([
    ['auto', {}, withGpu, 'gpu_worker'],
    ['auto with nobody: the CPU, at once', {}, nobody, undefined],
    ['gpu', { hardware: 'gpu' }, withGpu, 'gpu_worker'],
    ['gpu with nobody: waits for one', { hardware: 'gpu' }, nobody, 'gpu_asked_for'],
    ['an encoder’s name', { params: { codec: 'hevc_nvenc' } }, nobody, 'gpu_asked_for'],
    ['cpu', { hardware: 'cpu' }, withGpu, undefined],
    ['a codec that no GPU here has', { params: { codec: 'av1' } }, withGpu, undefined],
    ['a codec that no GPU has', { params: { output_format: 'webm' } }, withGpu, undefined],
    ['an operation without GPUs', { operation: 'audio.extract', hardware: 'gpu' }, withGpu, undefined],
    ['an operation that is not known', { operation: 'of.tomorrow', hardware: 'gpu' }, withGpu, undefined],
  ] as const)('%s', (_, accepted, workers, reason) => {
    expect(ask(jobOf(accepted as Partial<JobAcceptedData>), workers)?.reason).toBe(reason);
  });

  it('goes as a plan where it would go as work, and only then', () => {
    expect(ask(jobOf(), withGpu, taskOf({ kind: 'plan' }))?.pool).toBe('transcode-gpu');
    expect(ask(jobOf(), withGpu, taskOf({ kind: 'ingest', pool: 'storage' }))).toBeNull();
  });
});

describe('a task that was sent to a GPU', () => {
  const sent = taskOf({ pool: 'transcode-gpu', route: { reason: 'gpu_worker', at: new Date(sentAtMs).toISOString() } });
  const after = (ms: number, workers: GpuWorkers, task = sent) => routeOf(jobOf(), task, workers, sentAtMs + ms);

  it('is taken back when nobody offers one for 30 s', () => {
    expect(after(gpuPatienceMs - 1, nobody)).toBeNull();
    expect(after(gpuPatienceMs, nobody)).toEqual({ pool: 'transcode-cpu', reason: 'no_gpu_worker' });
    expect(after(10 * gpuPatienceMs, withGpu)).toBeNull();
  });

  it('waits from the last word of a worker on', () => {
    const gone = workersOf([], { offeredAtMs: () => sentAtMs + 60_000 });
    expect(after(60_000 + gpuPatienceMs - 1, gone)).toBeNull();
    expect(after(60_000 + gpuPatienceMs, gone)?.pool).toBe('transcode-cpu');
  });

  it('is left to a worker that has it, and taken from one that is gone', () => {
    const running = { ...sent, status: 'running', worker: 'w' } as const;
    expect(after(10 * gpuPatienceMs, workersOf([], { isAlive: (worker) => worker === 'w' }), running)).toBeNull();
    expect(after(10 * gpuPatienceMs, nobody, running)?.reason).toBe('no_gpu_worker');
  });

  it('stays with the CPU once it is back', () => {
    const back = taskOf({ route: { reason: 'gpu_failed', at: sent.route?.at ?? '' } });
    expect(after(0, withGpu, back)).toBeNull();
    expect(after(10 * gpuPatienceMs, nobody, back)).toBeNull();
  });
});

it('tells the user what did not go as could be expected', () => {
  const at = new Date(sentAtMs).toISOString();
  expect(deviceWarnings(taskOf({ route: { reason: 'gpu_worker', at } }))).toEqual([]);
  expect(deviceWarnings(taskOf({ route: { reason: 'no_gpu_worker', at } }))).toEqual([
    'no GPU worker came within 30 s; encoded on the CPU',
  ]);
  const falls = [
    { to: 'gpu_encode', reason: 'decode_failed' },
    { to: 'cpu', reason: 'encode_failed' },
  ] as const;
  expect(deviceWarnings(taskOf({ falls, route: { reason: 'gpu_failed', at } }))).toEqual([
    'the GPU could not decode it (decode_failed); decoded on the CPU',
    'the GPU could not do it (encode_failed); encoded on the CPU',
  ]);
});
