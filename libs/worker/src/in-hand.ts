import { listen, tell } from '@ffapi/bus';
import { taskStream, type TaskEvent, type WorkerHeartbeat, type WorkItem } from '@ffapi/contracts';
import { fold, type EventStore } from '@ffapi/es';
import { taskDecider } from '@ffapi/task';
import type { NatsConnection } from '@nats-io/transport-node';
import { idOfTask } from './task-commands.ts';

/** Subject on which every worker is asked for a heartbeat. */
export const heartbeatRequest = 'hb-please';

/** A worker whose connection was lost is back within a second after the broker is. */
const answerMsMax = 2_000;
const askEveryMs = 500;

/** Whether a worker says, when it is asked, that it has a task in hand; one that is gone or stands still says nothing. */
const saysSo = async (connection: NatsConnection, worker: string, id: string): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const heard = listen<WorkerHeartbeat>(connection, 'hb.>', ({ instance, tasks }) => {
    if (instance === worker && tasks?.includes(id)) resolve(true);
  });
  const ask = (): void => tell(connection, heartbeatRequest, {});
  ask();
  const asking = setInterval(ask, askEveryMs);
  const late = setTimeout(() => resolve(false), answerMsMax);
  return promise.finally(() => {
    clearInterval(asking);
    clearTimeout(late);
    heard.unsubscribe();
  });
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
  item: Pick<WorkItem, 'jobId' | 'n'>,
  { connection, store, instance, isRunning }: InHand,
): Promise<boolean> => {
  const id = idOfTask(item);
  if (isRunning(id)) return true;
  const { commits } = await store.load<TaskEvent>(taskStream(item.jobId, item.n));
  const { status, worker } = fold(taskDecider, commits);
  if (status !== 'running' || worker === null || worker === instance) return false;
  return saysSo(connection, worker, id);
};
