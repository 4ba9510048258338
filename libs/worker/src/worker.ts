import { join } from 'node:path';
import type { BlobStore } from '@ffapi/blob';
import {
  ensurePoolConsumer,
  ensureWorkStreams,
  listen,
  runPool,
  signals,
  tell,
  type Disposition,
  type PoolRunner,
  type WorkDelivery,
} from '@ffapi/bus';
import {
  failureOf,
  taskStream,
  readWorkItem,
  type Failure,
  type FallBack,
  type TaskEvent,
  type TaskKind,
  type WorkerHeartbeat,
  type WorkItem,
} from '@ffapi/contracts';
import { fold, handleCommand, Refusal, type EventStore } from '@ffapi/es';
import { failPoint } from '@ffapi/fail-points';
import { launcherPid } from '@ffapi/media-exec';
import { taskDecider, type TaskCommand, type TaskState } from '@ffapi/task';
import { countHelper, type Logger } from '@ffapi/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import { RunningAttempt } from './attempt.ts';
import { isStillInHand, sayWhatIsInHand } from './in-hand.ts';
import { nameFailure } from './name-failure.ts';
import { isOutage } from './outage.ts';
import { FallsToCpu, TaskFailure, type TaskRunner } from './task-runner.ts';
import { fallBackOf, idOfTask, startOf, whenNotStarted } from './task-commands.ts';
import { inTaskSpan } from './task-span.ts';
import { realWaiting, type Waiting } from './until-back.ts';
import { untilStored } from './until-stored.ts';
import { sweepWorkDirs, workDirOf } from './work-dirs.ts';

export interface WorkerOptions {
  readonly service: string;
  readonly instance: string;
  readonly version: string;
  readonly pool: string;
  readonly slots: number;
  /** Takes one task and ends, or ends when none comes for a while: one process, one task. */
  readonly oneTask?: boolean | undefined;
  readonly runners: Partial<Record<TaskKind, TaskRunner>>;
  /** Asked for every heartbeat. */
  readonly capabilities: () => Readonly<Record<string, unknown>>;
  readonly connection: NatsConnection;
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly log: Logger;
  readonly dataDir: string;
  readonly ackWaitMs: number;
  readonly now: () => string;
  /** How a task waits for what is away; as the clock goes, where nothing else is said. */
  readonly waiting?: Waiting | undefined;
  /** Names a failure that a runner threw in its own words. */
  readonly classify?: ((error: unknown) => Failure | null) | undefined;
}

export interface Worker {
  /** Resolves when nothing more is taken: it was drained, or has had its one task. */
  readonly ended: Promise<void>;
  /** How many tasks it works on. */
  inHand(): number;
  /** Takes nothing new; what is not done after the grace time is handed back. */
  drain(graceMs: number): Promise<void>;
}

const heartbeatMs = 5_000;

/** As long as a process that has been started for a task looks for it: others may have taken it. */
const oneTaskIdleMs = 60_000;

/** Runs one pool: takes released tasks, starts attempts, records how they end. */
export const startWorker = async (options: WorkerOptions): Promise<Worker> => {
  const { connection, store, pool, log, waiting = realWaiting } = options;
  const running = new Map<string, RunningAttempt>();
  const inHand = new Set<string>();
  const startedAt = options.now();
  const slots = options.oneTask ? 1 : options.slots;
  let isDraining = false;
  await sweepWorkDirs(options);
  countHelper(launcherPid);
  const consumer = { pool, ackWaitMs: options.ackWaitMs };
  const durable = await ensurePoolConsumer(connection, consumer);

  const command = (item: WorkItem, decided: TaskCommand, commitId: string, assumeNew = false) =>
    handleCommand(store, taskDecider, taskStream(item.jobId, item.n), decided, {
      commitId,
      occurredAt: options.now(),
      correlationId: item.jobId,
      causationId: `${item.jobId}.${item.n}`,
      traceparent: item.traceparent ?? undefined,
      assumeNew,
    });

  // Given back undone it would soon count as a message that nobody can work on; in hand it waits for the upgrade.
  const stored = <T>(append: () => Promise<T>): Promise<T> =>
    untilStored(append, {
      isEnding: () => isDraining,
      onUnknown: (err) => log.error({ err }, 'a task waits for a newer worker'),
    });

  const start = async (item: WorkItem, delivery: WorkDelivery, startId: string): Promise<TaskState> => {
    const isRedelivery = delivery.isRedelivery || item.afterLostWorker;
    const decided = startOf(item, { pool, worker: options.instance, isRedelivery, now: options.now() });
    const { state } = await command(item, decided, startId, !isRedelivery);
    return state;
  };

  const handle = async (delivery: WorkDelivery): Promise<Disposition> => {
    const item = readWorkItem(delivery.data);
    // Another version of the worker may be able to read it; after a few deliveries it is a dead letter.
    if (item === null) return { nakAfterMs: 0 };
    const id = idOfTask(item);
    const known = { connection, store, instance: options.instance, isRunning: (task: string) => running.has(task) };
    if (delivery.isRedelivery && (await stored(() => isStillInHand(item, known)))) return { leave: true };
    // From before the start is stored: whoever hears of it must find the task in the next heartbeat.
    inHand.add(id);
    try {
      return await startAndRun(item, delivery);
    } finally {
      if (!running.has(id)) inHand.delete(id);
    }
  };

  const startAndRun = async (item: WorkItem, delivery: WorkDelivery): Promise<Disposition> => {
    let state: TaskState;
    // One id for all tries: a start that was stored and not confirmed is found again, not taken for another worker's.
    const startId = `start_${item.jobId}_${item.n}_${options.instance}_${performance.now()}`;
    try {
      state = await stored(() => start(item, delivery, startId));
    } catch (error) {
      return whenNotStarted(error);
    }
    if (state.status !== 'running') return { ack: true };
    if (state.worker !== options.instance) return { leave: true };
    failPoint('worker.after-start');
    return runAttempt(item, state.attempt);
  };

  const runAttempt = async (item: WorkItem, number: number): Promise<Disposition> => {
    const id = idOfTask(item);
    const workDir = join(workDirOf(options), pool, `${id}.${number}`);
    const attempt = new RunningAttempt(item, number, workDir, { ...options, waiting, fellBack });
    running.set(id, attempt);
    const watch = setInterval(() => void lookForEnd(attempt), options.ackWaitMs / 2);
    try {
      return await record(attempt, await decideEnd(attempt));
    } finally {
      clearInterval(watch);
      // The attempt that overtook this one may run in this process, too.
      if (running.get(id) === attempt) running.delete(id);
      await attempt.removeWorkDir();
    }
  };

  const fellBack = async ({ item, number }: RunningAttempt, fall: FallBack): Promise<void> => {
    const id = `FallBackTask_${item.jobId}_${item.n}_${number}_${fall.to}`;
    await stored(() => command(item, fallBackOf(item, number, fall), id));
  };

  /** Runs the work and says which command follows from how it ended; `null`: nobody waits for it any more. */
  const decideEnd = async (attempt: RunningAttempt): Promise<TaskCommand | null> => {
    const { jobId, n, kind, attemptsMax, retryDelayMs } = attempt.item;
    const ref = { jobId, n, kind, attempt: attempt.number };
    try {
      const runner = options.runners[kind];
      if (!runner) throw new TaskFailure(failureOf('worker_failed', `This worker does not run ${kind} tasks.`));
      const outcome = await inTaskSpan(options.service, attempt, () => runner(attempt));
      await attempt.keepStored();
      failPoint('worker.after-output');
      return {
        type: 'CompleteTask',
        ...ref,
        outcome: { ...outcome, progress: attempt.history, log: await attempt.storeLog() },
      };
    } catch (error) {
      if (attempt.stopReason === 'drained') return { type: 'HandBackTask', ...ref, reason: 'worker_draining' };
      if (attempt.stopReason !== null) return null;
      if (error instanceof FallsToCpu) return fallBackOf(attempt.item, attempt.number, error.fall);
      if (isOutage(error)) {
        log.warn({ err: error, ...ref }, 'a task is handed back, since what it needs is away');
        return { type: 'PostponeTask', ...ref, now: options.now() };
      }
      const failure = nameFailure(error, options.classify);
      if (failure.code === 'worker_failed') log.error({ err: error, ...ref }, 'task failed in the worker');
      attempt.log(`${failure.code}: ${failure.message}`);
      return {
        type: 'FailTask',
        ...ref,
        error: failure,
        attemptsMax,
        retryDelayMs,
        log: await attempt.storeLog(),
        now: options.now(),
      };
    }
  };

  /** The end of an attempt; one that a newer attempt has overtaken is dropped. */
  const record = async (attempt: RunningAttempt, decided: TaskCommand | null): Promise<Disposition> => {
    if (decided === null) return attempt.stopReason === 'superseded' ? { leave: true } : { ack: true };
    const { jobId, n } = attempt.item;
    try {
      failPoint('worker.before-append');
      await stored(() => command(attempt.item, decided, `${decided.type}_${jobId}_${n}_${attempt.number}`));
      failPoint('worker.after-append');
      return { ack: true };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      log.warn({ code: error.code, jobId, n, attempt: attempt.number }, 'a late result was refused');
      return error.details.status === 'running' ? { leave: true } : { ack: true };
    }
  };

  /** A word on `control` can be missed; the task's own stream cannot. */
  const lookForEnd = async (attempt: RunningAttempt): Promise<void> => {
    try {
      const { commits } = await store.load<TaskEvent>(taskStream(attempt.item.jobId, attempt.item.n));
      const { status, attempt: current } = fold(taskDecider, commits);
      if (status === 'cancelled') attempt.stop('cancelled');
      else if (current > attempt.number) attempt.stop('superseded');
    } catch (err) {
      log.debug({ err }, 'the task stream could not be read');
    }
  };

  const control = listen<{ type: string }>(connection, 'control.*', ({ type }, subject) => {
    const jobId = subject.slice('control.'.length);
    for (const attempt of running.values())
      if (type === 'cancel' && attempt.item.jobId === jobId) attempt.stop('cancelled');
  });

  const runner: PoolRunner = runPool({
    connection,
    stream: 'WORK',
    durable,
    slots,
    ...(options.oneTask ? { once: { idleMs: oneTaskIdleMs } } : {}),
    workingMs: Math.min(3_000, options.ackWaitMs / 3),
    handle,
    restore: async () => {
      await ensureWorkStreams(connection);
      await ensurePoolConsumer(connection, consumer);
    },
    onError: (err) => log.warn({ err, pool }, 'work'),
  });

  const beat = (): void => {
    const heartbeat: WorkerHeartbeat = {
      instance: options.instance,
      service: options.service,
      pool,
      slots,
      busy: runner.busy(),
      version: options.version,
      startedAt,
      draining: isDraining,
      tasks: [...inHand],
      capabilities: { ...options.capabilities() },
    };
    tell(connection, `${signals.heartbeat(options.service, options.instance)}.${pool}`, heartbeat);
  };
  const beating = setInterval(beat, heartbeatMs);
  const asked = [
    listen(connection, signals.heartbeatRequest, beat),
    sayWhatIsInHand(connection, signals.inHand(options.instance, pool), () => [...inHand]),
  ];
  beat();

  return {
    ended: runner.ended,
    inHand: () => inHand.size,
    drain: async (graceMs) => {
      isDraining = true;
      beat();
      const handBack = setTimeout(() => {
        for (const attempt of running.values()) attempt.stop('drained');
      }, graceMs);
      await runner.drain();
      clearTimeout(handBack);
      clearInterval(beating);
      control.unsubscribe();
      for (const each of asked) each.unsubscribe();
    },
  };
};
