import type { WorkerHeartbeat, WorkItem } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import type { OpenJob, OpenTask } from '../jobs/open-jobs.projection.ts';
import { Dispatcher } from './dispatcher.runner.ts';
import { openJobOf } from '../jobs/open-job.double.ts';

const jobId = 'job_0000';
const [pool, ackWaitMs] = ['transcode-cpu', 3_000];
const accepted = openJobOf(jobId, pool);

/** A dispatcher with one worker, its clock, and what it has published. */
const setUp = ({ slots = 1, places = Infinity, released = [] as readonly string[] } = {}) => {
  let nowMs = 0;
  let isLeading = true;
  const published: { n: number; isReplaced: boolean; afterLostWorker: boolean }[] = [];
  const pools: string[] = [];
  const reroutes: string[] = [];
  const dispatcher = new Dispatcher({
    isLeading: () => isLeading,
    released: new Set(released),
    publish: async ({ n, pool: to, afterLostWorker }: WorkItem, isReplaced) => {
      published.push({ n, isReplaced, afterLostWorker });
      pools.push(to);
      return true;
    },
    execute: async (_, advance) => {
      if (advance.type === 'reroute-task') reroutes.push(`${advance.pool}: ${advance.reason}`);
    },
    concurrencyOf: () => places,
    reasonToWait: () => 'quota_concurrency',
    limitsOf: () => null,
    attemptsMax: 4,
    retryDelayMs: 1_000,
    ackWaitMs,
    nowMs: () => nowMs,
    onError: (error) => {
      throw error;
    },
  });
  const heartbeat = (more: Partial<WorkerHeartbeat> = {}): void =>
    dispatcher.heartbeat({
      instance: 'w',
      service: 'transcode',
      pool,
      slots,
      busy: 0,
      version: '0',
      startedAt: '2026-11-22T10:00:00.000Z',
      draining: false,
      capabilities: {},
      ...more,
    });
  heartbeat();
  return {
    dispatcher,
    published,
    pools,
    reroutes,
    heartbeat,
    pass: (ms: number) => void (nowMs += ms),
    lose: () => void (isLeading = false),
  };
};

it('puts a message that nobody has taken for too long in the place of the one that waits', () => {
  const { dispatcher, published, pass, heartbeat } = setUp();
  dispatcher.update(jobId, accepted);
  expect(published).toEqual([{ n: 0, isReplaced: false, afterLostWorker: false }]);
  pass(ackWaitMs - 1);
  dispatcher.sweep();
  expect(published).toHaveLength(1);
  pass(2);
  heartbeat();
  dispatcher.sweep();
  dispatcher.sweep();
  expect(published.slice(1)).toEqual([{ n: 0, isReplaced: true, afterLostWorker: false }]);
  dispatcher.stop();
});

it('gives the task of a worker that is gone to another', () => {
  const { dispatcher, published, pass } = setUp();
  const running = accepted.tasks.map((task) => ({ ...task, status: 'running' as const, attempt: 1, worker: 'w' }));
  dispatcher.update(jobId, { ...accepted, tasks: running });
  pass(60_000);
  dispatcher.sweep();
  expect(published).toEqual([{ n: 0, isReplaced: true, afterLostWorker: true }]);
  dispatcher.stop();
});

it('releases a task again that its living worker does not have in hand', () => {
  const { dispatcher, published, pass, heartbeat } = setUp();
  const running = accepted.tasks.map((task) => ({ ...task, status: 'running' as const, attempt: 1, worker: 'w' }));
  dispatcher.update(jobId, { ...accepted, tasks: running });
  pass(ackWaitMs + 1);
  // What it has said before the task was started tells nothing of it.
  dispatcher.sweep();
  heartbeat({ tasks: [`${jobId}.0`] });
  dispatcher.sweep();
  expect(published).toEqual([]);
  heartbeat({ tasks: [] });
  dispatcher.sweep();
  expect(published).toEqual([{ n: 0, isReplaced: true, afterLostWorker: true }]);
  dispatcher.stop();
});

it('takes a worker at its word that does not say what it has in hand', () => {
  const { dispatcher, published, pass, heartbeat } = setUp();
  const running = accepted.tasks.map((task) => ({ ...task, status: 'running' as const, attempt: 1, worker: 'w' }));
  dispatcher.update(jobId, { ...accepted, tasks: running });
  pass(60_000);
  heartbeat();
  dispatcher.sweep();
  expect(published).toEqual([]);
  dispatcher.stop();
});

it('releases no more jobs of a key than it has places, and the next one when one has ended', () => {
  const { dispatcher, published } = setUp({ slots: 8, places: 2 });
  const work = { ...accepted, accepted: { ...accepted.accepted, dryRun: false } };
  for (const id of ['job_a', 'job_b', 'job_c']) dispatcher.update(id, { ...work, jobId: id });
  expect(published).toHaveLength(2);
  expect(dispatcher.place('job_c').reason).toBe('quota_concurrency');
  dispatcher.update('job_a', null);
  expect(published).toHaveLength(3);
  dispatcher.stop();
});

it('lets a plan wait for no place', () => {
  const { dispatcher, published } = setUp({ slots: 8, places: 0 });
  dispatcher.update(jobId, { ...accepted, accepted: { ...accepted.accepted, dryRun: true } });
  expect(published).toHaveLength(1);
  dispatcher.stop();
});

it('gives the place of a held job to the next, and makes a released one wait for one', () => {
  const { dispatcher, published } = setUp({ slots: 8, places: 1 });
  const work = { ...accepted, accepted: { ...accepted.accepted, dryRun: false } };
  const first = { ...work, jobId: 'job_a' };
  dispatcher.update('job_a', first);
  dispatcher.update('job_b', { ...work, jobId: 'job_b' });
  expect(published).toHaveLength(1);
  const done = first.tasks.map((task) => ({ ...task, status: 'completed' as const, attempt: 1 }));
  const later = { ...done[0]!, n: 1, status: 'requested' as const, attempt: 0 };
  dispatcher.update('job_a', { ...first, hold: 'held', tasks: [...done, later] });
  expect(published).toHaveLength(2);
  dispatcher.update('job_a', { ...first, hold: 'released', tasks: [...done, later] });
  expect(published).toHaveLength(2);
  expect(dispatcher.place('job_a').reason).toBe('quota_concurrency');
  dispatcher.update('job_b', null);
  expect(published.map(({ n }) => n)).toEqual([0, 0, 1]);
  dispatcher.stop();
});

it('leaves their places to jobs that the dispatcher before it has released', () => {
  const { dispatcher, published } = setUp({ slots: 8, places: 2, released: ['job_c', 'job_d'] });
  const work = { ...accepted, accepted: { ...accepted.accepted, dryRun: false } };
  const ids = ['job_a', 'job_b', 'job_c', 'job_d'];
  const first = ids.filter((id) => dispatcher.hasBegun({ ...work, jobId: id }));
  expect(first).toEqual(['job_c', 'job_d']);
  for (const id of new Set([...first, ...ids])) dispatcher.update(id, { ...work, jobId: id });
  expect(published).toHaveLength(2);
  expect(dispatcher.place('job_a').reason).toBe('quota_concurrency');
  dispatcher.update('job_d', null);
  expect(published).toHaveLength(3);
});

it('counts jobs that run since before its time', () => {
  const { dispatcher, published } = setUp({ slots: 8, places: 1 });
  const work = { ...accepted, accepted: { ...accepted.accepted, dryRun: false } };
  const running = work.tasks.map((task) => ({ ...task, status: 'running' as const, attempt: 1, worker: 'w' }));
  dispatcher.update('job_a', { ...work, jobId: 'job_a', hasBegun: true, tasks: running });
  dispatcher.update('job_b', { ...work, jobId: 'job_b' });
  expect(published).toEqual([]);
  expect(dispatcher.place('job_b').reason).toBe('quota_concurrency');
  dispatcher.update('job_a', null);
  expect(published).toHaveLength(1);
});

it('releases nothing once another may lead', () => {
  const { dispatcher, published, lose } = setUp({ slots: 8 });
  lose();
  dispatcher.update(jobId, accepted);
  expect(published).toEqual([]);
});

describe('GPUs', () => {
  const film = {
    ...accepted,
    accepted: { ...accepted.accepted, operation: 'transcode', params: {}, hardware: 'auto' },
  };
  const gpu = { instance: 'g', pool: 'transcode-gpu', capabilities: { hardwareEncoders: ['h264_nvenc'] } };
  /** The job as the stored facts leave it. */
  const inPool = (to: string, reason: 'gpu_worker' | 'no_gpu_worker', more: Partial<OpenTask> = {}): OpenJob => {
    const route = { reason, at: new Date(0).toISOString() };
    return { ...film, tasks: film.tasks.map((task) => ({ ...task, pool: to, route, ...more })) } as OpenJob;
  };

  it('get what they can do, once the fact is stored', () => {
    const { dispatcher, pools, reroutes, heartbeat } = setUp();
    heartbeat(gpu);
    dispatcher.update(jobId, film as OpenJob);
    expect([reroutes, pools]).toEqual([['transcode-gpu: gpu_worker'], []]);
    dispatcher.update(jobId, inPool('transcode-gpu', 'gpu_worker'));
    expect(pools).toEqual(['transcode-gpu']);
  });

  it('get nothing once they take nothing new', () => {
    const { dispatcher, pools, reroutes, heartbeat } = setUp();
    heartbeat({ ...gpu, draining: true });
    dispatcher.update(jobId, film as OpenJob);
    expect([reroutes, pools]).toEqual([[], ['transcode-cpu']]);
  });

  it('lose what was released to them when they have been gone for 30 s', () => {
    const { dispatcher, pools, reroutes, heartbeat, pass } = setUp();
    heartbeat(gpu);
    dispatcher.update(jobId, inPool('transcode-gpu', 'gpu_worker'));
    pass(29_999);
    dispatcher.sweep();
    expect(reroutes).toEqual([]);
    pass(1);
    dispatcher.sweep();
    expect(reroutes).toEqual(['transcode-cpu: no_gpu_worker']);
    heartbeat();
    dispatcher.update(jobId, inPool('transcode-cpu', 'no_gpu_worker'));
    expect(pools.at(-1)).toBe('transcode-cpu');
  });

  it('lose what waits for one that never came', () => {
    const { dispatcher, pools, reroutes, heartbeat, pass } = setUp();
    dispatcher.update(jobId, inPool('transcode-gpu', 'gpu_worker'));
    pass(30_000);
    dispatcher.sweep();
    expect([reroutes, pools]).toEqual([['transcode-cpu: no_gpu_worker'], []]);
    heartbeat();
    dispatcher.update(jobId, inPool('transcode-cpu', 'no_gpu_worker'));
    // Were it in both queues, it would be released twice.
    heartbeat(gpu);
    expect(pools).toEqual(['transcode-cpu']);
  });

  it('that are gone for good leave what they had in work to the CPU, as the work of a lost worker', () => {
    const { dispatcher, published, pools, reroutes, heartbeat, pass } = setUp();
    heartbeat(gpu);
    const running = { status: 'running', attempt: 1, worker: 'g' } as const;
    dispatcher.update(jobId, inPool('transcode-gpu', 'gpu_worker', running));
    pass(30_000);
    heartbeat();
    dispatcher.sweep();
    expect(reroutes).toEqual(['transcode-cpu: no_gpu_worker']);
    dispatcher.update(jobId, inPool('transcode-cpu', 'no_gpu_worker', running));
    pass(1);
    dispatcher.sweep();
    expect(pools.at(-1)).toBe('transcode-cpu');
    expect(published.at(-1)).toMatchObject({ afterLostWorker: true, isReplaced: true });
  });

  it('that hand a task to the CPU are not asked again', () => {
    const { dispatcher, pools, reroutes, heartbeat } = setUp();
    heartbeat(gpu);
    const running = { status: 'running', attempt: 1, worker: 'g' } as const;
    dispatcher.update(jobId, inPool('transcode-gpu', 'gpu_worker', running));
    dispatcher.update(jobId, inPool('transcode-cpu', 'no_gpu_worker', { attempt: 1 }));
    expect([reroutes, pools]).toEqual([[], ['transcode-cpu']]);
  });
});
