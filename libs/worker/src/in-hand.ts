import { setTimeout as sleep } from 'node:timers/promises';
import { isUnheard, signals } from '@ffapi/bus';
import { taskStream, type TaskEvent, type WorkItem } from '@ffapi/contracts';
import { fold, type EventStore } from '@ffapi/es';
import { taskDecider } from '@ffapi/task';
import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { idOfTask } from './task-commands.ts';

/** One that is there and says nothing stands still, or has no time on a busy machine. */
const silentMsMax = 5_000;
/** A worker whose connection was lost is back within a second after the broker is. */
const absentMsMax = 1_000;
const askMs = { timeout: 1_000, pause: 250 } as const;

/** Answers whoever asks which tasks are in hand here. */
export const sayWhatIsInHand = (
  connection: NatsConnection,
  subject: string,
  tasks: () => readonly string[],
): Subscription =>
  connection.subscribe(subject, {
    callback: (error, message) => {
      if (!error) message.respond(JSON.stringify(tasks()));
    },
  });

/** Whether a worker says, when it is asked, that it has a task in hand; one that is gone is nobody for the broker. */
const saysSo = async (connection: NatsConnection, subject: string, id: string): Promise<boolean> => {
  const startedMs = performance.now();
  let absentSinceMs: number | null = null;
  while (performance.now() - startedMs < silentMsMax) {
    try {
      const answer = await connection.request(subject, '', { timeout: askMs.timeout });
      return answer.json<readonly string[]>().includes(id);
    } catch (error) {
      absentSinceMs = isUnheard(error) ? (absentSinceMs ?? performance.now()) : null;
      if (absentSinceMs !== null && performance.now() - absentSinceMs >= absentMsMax) return false;
      await sleep(askMs.pause);
    }
  }
  return false;
};

export interface InHand {
  readonly connection: NatsConnection;
  readonly store: Pick<EventStore, 'load'>;
  readonly instance: string;
  /** Whether this process works on the task. */
  readonly isRunning: (id: string) => boolean;
}

/**
 * Whether the worker that has begun with a task goes on with it. Its message comes again when that worker is lost, and
 * also when the broker was away for longer than a message waits for a sign of life: then nothing is to be done.
 */
export const isStillInHand = async (
  item: Pick<WorkItem, 'jobId' | 'n' | 'pool'>,
  { connection, store, instance, isRunning }: InHand,
): Promise<boolean> => {
  const id = idOfTask(item);
  if (isRunning(id)) return true;
  const { commits } = await store.load<TaskEvent>(taskStream(item.jobId, item.n));
  const { status, worker } = fold(taskDecider, commits);
  if (status !== 'running' || worker === null || worker === instance) return false;
  return saysSo(connection, signals.inHand(worker, item.pool), id);
};
