import type { FallBack, Failure, RerouteReason, TaskEvent } from '@ffapi/contracts';
import { given } from '@ffapi/es-testing';
import { describe, it } from 'vitest';
import { taskDecider, type TaskCommand } from './task.decider.ts';

const ref = { jobId: 'job_0000', n: 1, kind: 'operation' } as const;
const now = '2026-11-22T10:00:00.000Z';
const start = (more: Partial<Extract<TaskCommand, { type: 'StartTask' }>> = {}): TaskCommand => ({
  type: 'StartTask',
  ...ref,
  pool: 'p',
  worker: 'w1',
  isRedelivery: false,
  attemptsMax: 2,
  now,
  ...more,
});
const started = (attempt: number, afterLostWorker = false, worker = 'w1'): TaskEvent => ({
  type: 'TaskStarted',
  version: 1,
  data: { ...ref, attempt, pool: 'p', worker, afterLostWorker },
});
const retryable: Failure = { code: 'ffmpeg_failed', message: 'm', fault: 'system', retryable: true, hint: 'h' };
const fatal: Failure = { ...retryable, code: 'media_unreadable', retryable: false };
const fail = (attempt: number, error: Failure): TaskCommand => ({
  type: 'FailTask',
  ...ref,
  attempt,
  error,
  attemptsMax: 2,
  retryDelayMs: 60_000,
  log: null,
  now,
});
const failed = (attempt: number, error: Failure, isFinal: boolean): TaskEvent => ({
  type: 'TaskFailed',
  version: 1,
  data: { ...ref, attempt, error, isFinal, log: null },
});
const scheduled = (attempt: number, dueAt: string): TaskEvent => ({
  type: 'RetryScheduled',
  version: 1,
  data: { ...ref, attempt, dueAt },
});
const outcome = {
  ingested: null,
  artifacts: [],
  outputs: [],
  plan: null,
  result: null,
  stats: null,
  warnings: [],
  progress: [],
  log: null,
};
const complete = (attempt: number): TaskCommand => ({ type: 'CompleteTask', ...ref, attempt, outcome });
const completed = (attempt: number): TaskEvent => ({
  type: 'TaskCompleted',
  version: 1,
  data: { ...ref, attempt, ...outcome },
});
const handedBack = (attempt: number): TaskEvent => ({
  type: 'TaskHandedBack',
  version: 1,
  data: { ...ref, attempt, reason: 'r' },
});
const fall = { from: 'gpu', to: 'gpu_encode', reason: 'decode_failed', detail: 'd' } as const;
const fallBack = (step: FallBack): TaskCommand => ({
  type: 'FallBackTask',
  ...ref,
  attempt: 1,
  fall: step,
  cpuPool: 'cpu',
});
const fellBack = (step: FallBack): TaskEvent => ({
  type: 'TaskFellBack',
  version: 1,
  data: { ...ref, attempt: 1, ...step },
});
const rerouted = (pool: string, reason: RerouteReason): TaskEvent => ({
  type: 'TaskRerouted',
  version: 1,
  data: { ...ref, pool, reason },
});
const cancelled: TaskEvent = { type: 'TaskCancelled', version: 1, data: { ...ref, reason: 'r' } };

describe('an attempt', () => {
  it('starts once for a message, and again when its worker is gone', () => {
    given(taskDecider, [])
      .when(start())
      .then([started(1)]);
    given(taskDecider, [started(1)])
      .when(start())
      .thenRefused('task_already_started');
    given(taskDecider, [started(1)])
      .when(start({ isRedelivery: true, worker: 'w2' }))
      .then([started(2, true, 'w2')]);
  });

  it('gives up when workers were lost as often as attempts are allowed', () => {
    const lost = {
      code: 'worker_lost',
      message: 'The workers that had this task went away before they finished it.',
      fault: 'system',
      retryable: true,
      hint: 'Look at the log of the job and at the memory of the workers, then retry the job.',
    } as const;
    given(taskDecider, [started(1), started(2, true)])
      .when(start({ isRedelivery: true }))
      .then([failed(2, lost, true)]);
  });

  it('completes only while it is the newest', () => {
    given(taskDecider, [started(1)])
      .when(complete(1))
      .then([completed(1)]);
    given(taskDecider, [started(1), started(2, true)])
      .when(complete(1))
      .thenRefused('task_attempt_superseded');
    given(taskDecider, [started(1), cancelled])
      .when(complete(1))
      .thenRefused('task_attempt_superseded');
  });
});

const asLasting = (error: Failure): Failure => ({
  ...error,
  retryable: false,
  hint: `It failed in the same way twice, so that trying again does not help. ${error.hint}`,
});

describe('a failure', () => {
  it('is tried again after a delay that doubles', () => {
    given(taskDecider, [started(1)])
      .when(fail(1, retryable))
      .then([failed(1, retryable, false), scheduled(2, '2026-11-22T10:01:00.000Z')]);
    const again = { ...fail(2, retryable), attemptsMax: 3 } as TaskCommand;
    given(taskDecider, [started(1), failed(1, retryable, false), scheduled(2, now), started(2)])
      .when(again)
      .then([failed(2, retryable, false), scheduled(3, '2026-11-22T10:02:00.000Z')]);
  });

  it('is final when it cannot help or the attempts are used up', () => {
    given(taskDecider, [started(1)])
      .when(fail(1, fatal))
      .then([failed(1, fatal, true)]);
    given(taskDecider, [started(1), failed(1, retryable, false), scheduled(2, now), started(2)])
      .when(fail(2, retryable))
      .then([failed(2, retryable, true)]);
  });

  it('that comes twice from the same cause is final, and says so', () => {
    const caused = (cause: string): Failure => ({ ...retryable, details: { cause, exit_code: 1 } });
    const failTwice = (error: Failure): TaskCommand => ({ ...fail(2, error), attemptsMax: 4 }) as TaskCommand;
    const once = [started(1), failed(1, caused('a'), false), scheduled(2, now), started(2)];
    given(taskDecider, once)
      .when(failTwice(caused('a')))
      .then([failed(2, asLasting(caused('a')), true)]);
    for (const other of [caused('b'), retryable])
      given(taskDecider, once)
        .when(failTwice(other))
        .then([failed(2, other, false), scheduled(3, '2026-11-22T10:02:00.000Z')]);
    given(taskDecider, [...once, failed(2, caused('b'), false), scheduled(3, now), started(3)])
      .when({ ...fail(3, caused('a')), attemptsMax: 4 } as TaskCommand)
      .then([failed(3, caused('a'), false), scheduled(4, '2026-11-22T10:04:00.000Z')]);
  });

  it('is the same cause also when a worker was lost or drained in between', () => {
    const caused: Failure = { ...retryable, details: { cause: 'a' } };
    const again = { ...fail(3, caused), attemptsMax: 4 } as TaskCommand;
    for (const between of [[started(2), handedBack(2)], [started(2)]])
      given(taskDecider, [started(1), failed(1, caused, false), scheduled(2, now), ...between, started(3, true)])
        .when(again)
        .then([failed(3, asLasting(caused), true)]);
  });

  it('does not start before it is due', () => {
    const waiting = [started(1), failed(1, retryable, false), scheduled(2, '2026-11-22T10:01:00.000Z')];
    given(taskDecider, waiting).when(start()).thenRefused('task_not_due');
    given(taskDecider, waiting)
      .when(start({ now: '2026-11-22T10:01:00.000Z' }))
      .then([started(2)]);
  });
});

describe('a task', () => {
  it('that is handed back has used no attempt', () => {
    given(taskDecider, [started(1)])
      .when({ type: 'HandBackTask', ...ref, attempt: 1, reason: 'r' })
      .then([handedBack(1)]);
    given(taskDecider, [started(1), handedBack(1), started(2)])
      .when(fail(2, retryable))
      .then([failed(2, retryable, false), scheduled(3, '2026-11-22T10:01:00.000Z')]);
  });

  it('that is postponed has used no attempt, however often, and is not due before its time', () => {
    const postpone = (attempt: number): TaskCommand => ({ type: 'PostponeTask', ...ref, attempt, now });
    const postponed = (attempt: number, dueAt: string): readonly TaskEvent[] => [
      { ...handedBack(attempt), data: { ...ref, attempt, reason: 'infrastructure_away' } } as TaskEvent,
      scheduled(attempt + 1, dueAt),
    ];
    const outages = Array.from({ length: 8 }, (_, i) => [started(i + 1), ...postponed(i + 1, now)]).flat();
    given(taskDecider, [started(1)])
      .when(postpone(1))
      .then(postponed(1, '2026-11-22T10:00:05.000Z'));
    given(taskDecider, [started(1), ...postponed(1, '2026-11-22T10:00:05.000Z')])
      .when(start())
      .thenRefused('task_not_due');
    given(taskDecider, [started(1), ...postponed(1, now), started(2)])
      .when(postpone(2))
      .then(postponed(2, '2026-11-22T10:00:10.000Z'));
    given(taskDecider, [...outages, started(9)])
      .when(postpone(9))
      .then(postponed(9, '2026-11-22T10:05:00.000Z'));
    given(taskDecider, [...outages, started(9)])
      .when(fail(9, retryable))
      .then([failed(9, retryable, false), scheduled(10, '2026-11-22T10:01:00.000Z')]);
    given(taskDecider, [...outages, started(9), failed(9, retryable, false), scheduled(10, now), started(10)])
      .when(postpone(10))
      .then(postponed(10, '2026-11-22T10:00:05.000Z'));
    given(taskDecider, [started(1), cancelled])
      .when(postpone(1))
      .thenRefused('task_attempt_superseded');
  });

  it('is cancelled once, and not after its end', () => {
    const cancel: TaskCommand = { type: 'CancelTask', ...ref, reason: 'r' };
    given(taskDecider, []).when(cancel).then([cancelled]);
    given(taskDecider, [started(1)])
      .when(cancel)
      .then([cancelled]);
    given(taskDecider, [cancelled]).when(cancel).then([]);
    given(taskDecider, [started(1), completed(1)])
      .when(cancel)
      .then([]);
    given(taskDecider, [cancelled]).when(start()).thenRefused('task_finished');
  });
});

describe('a task for a GPU', () => {
  const forGpu = rerouted('p', 'gpu_worker');

  it('is rerouted once, and not after its end', () => {
    const reroute: TaskCommand = { type: 'RerouteTask', ...ref, pool: 'p', reason: 'gpu_worker' };
    given(taskDecider, []).when(reroute).then([forGpu]);
    given(taskDecider, [forGpu]).when(reroute).then([]);
    given(taskDecider, [started(1), completed(1)])
      .when(reroute)
      .then([]);
  });

  it('starts in the pool that it is for now, and in no other', () => {
    given(taskDecider, [forGpu])
      .when(start())
      .then([started(1)]);
    given(taskDecider, [forGpu, rerouted('cpu', 'no_gpu_worker')])
      .when(start())
      .thenRefused('task_rerouted');
  });

  it('is taken over by the CPU when the worker that had it is gone', () => {
    const lost = [forGpu, started(1), rerouted('cpu', 'no_gpu_worker')];
    given(taskDecider, lost)
      .when(start({ isRedelivery: true }))
      .thenRefused('task_rerouted');
    given(taskDecider, lost)
      .when(start({ pool: 'cpu', isRedelivery: true }))
      .then([{ ...started(2, true), data: { ...started(2, true).data, pool: 'cpu' } } as TaskEvent]);
  });

  it('goes on a grade lower in the same attempt', () => {
    given(taskDecider, [forGpu, started(1)])
      .when(fallBack(fall))
      .then([fellBack(fall)]);
    given(taskDecider, [forGpu, started(1), fellBack(fall)])
      .when(complete(1))
      .then([completed(1)]);
  });

  it('is handed back for the CPU when no grade is left, which uses no attempt', () => {
    const last = { ...fall, from: 'gpu_encode', to: 'cpu', reason: 'encode_failed' } as const;
    const back: TaskEvent = { ...handedBack(1), data: { ...ref, attempt: 1, reason: 'gpu_failed' } } as TaskEvent;
    const end = [fellBack(last), back, rerouted('cpu', 'gpu_failed')];
    given(taskDecider, [forGpu, started(1)])
      .when(fallBack(last))
      .then(end);
    given(taskDecider, [forGpu, started(1), ...end, started(2)])
      .when(fail(2, retryable))
      .then([failed(2, retryable, false), scheduled(3, '2026-11-22T10:01:00.000Z')]);
    given(taskDecider, [forGpu, started(1), ...end])
      .when(fallBack(last))
      .thenRefused('task_attempt_superseded');
  });
});
