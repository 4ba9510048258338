import { headers, type NatsConnection } from '@nats-io/transport-node';
import { jetstream, jetstreamManager, JetStreamApiError } from '@nats-io/jetstream';
import { whileUp, workSubject } from '@ffapi/bus';
import type { WorkItem } from '@ffapi/contracts';
import { failPoint } from '@ffapi/fail-points';

/** JetStream's answer when the subject holds its one message already. */
const subjectTaken = /maximum messages per subject/i;

/** Takes away the message of a task, if the broker holds one. */
export const withdrawWork = (connection: NatsConnection, filter: string): Promise<unknown> =>
  whileUp(connection, async () =>
    (await jetstreamManager(connection, { checkAPI: false })).streams.purge('WORK', { filter }),
  );

/** Releases a task to its pool; `false`: a message of this task waits already and is not to be replaced. */
export const publishWork = async (
  connection: NatsConnection,
  item: WorkItem,
  isReplaced: boolean,
): Promise<boolean> => {
  const subject = workSubject(item.pool, item.jobId, item.n);
  const head = headers();
  if (item.traceparent) head.set('traceparent', item.traceparent);
  if (isReplaced) await withdrawWork(connection, subject);
  try {
    failPoint('job.before-release');
    await whileUp(connection, () =>
      jetstream(connection, { timeout: 5_000 }).publish(subject, JSON.stringify(item), { headers: head }),
    );
    failPoint('job.after-release');
    return true;
  } catch (error) {
    if (error instanceof JetStreamApiError && subjectTaken.test(error.message)) return false;
    throw error;
  }
};

/** The jobs of which a task has been released and is not done. */
export const releasedJobs = async (connection: NatsConnection): Promise<Set<string>> => {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const { state } = await manager.streams.info('WORK', { subjects_filter: 'work.>' });
  return new Set(Object.keys(state.subjects ?? {}).map((subject) => subject.split('.')[2] as string));
};
