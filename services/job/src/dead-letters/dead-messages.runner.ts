import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { failureOf, jobStream, readWorkItem } from '@ffapi/contracts';
import { recreateConsumersAhead } from '@ffapi/bus';
import { Refusal } from '@ffapi/es';
import { commander, type Running, type ServiceContext } from '@ffapi/service-kit';
import { jobDecider } from '../jobs/index.ts';

interface Advisory {
  readonly stream: string;
  readonly stream_seq: number;
  readonly deliveries: number;
}

const durable = 'dead-messages';

/**
 * Takes messages that no worker can work on out of WORK: a copy with the reason stays in DLQ, the job fails, and the
 * queue moves on. The server tells of them by advisories, which are stored so that none is missed.
 */
export const watchPoison = async (context: ServiceContext): Promise<Running> => {
  const { connection, log } = context;
  const manager = await jetstreamManager(connection);
  await recreateConsumersAhead(connection, 'ADVISORIES');
  await manager.consumers.add('ADVISORIES', { durable_name: durable, ack_policy: AckPolicy.Explicit, ack_wait: 30e9 });
  const consumer = await jetstream(connection).consumers.get('ADVISORIES', durable);
  const messages = await consumer.consume({ max_messages: 10 });
  const work = (async () => {
    for await (const message of messages) {
      try {
        await bury(context, message.json<Advisory>());
        message.ack();
      } catch (err) {
        log.warn({ err }, 'dead message');
        message.nak(5_000);
      }
    }
  })();
  return {
    stop: async () => {
      await messages.close();
      await work;
    },
  };
};

/** Whether anybody still needs the message of a task. */
type IsNeeded = (jobId: string, n: number, isReadable: boolean) => boolean;

/**
 * Takes out messages that were delivered and left behind without an advisory, which is stored asynchronously and may be
 * lost: those that nobody can read, and those whose job is over. Only what has waited for two ack waits is looked at.
 */
export const deadLetterForgotten = async (context: ServiceContext, isNeeded: IsNeeded): Promise<void> => {
  const { connection, config } = context;
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const { state } = await manager.streams.info('WORK');
  const oldestMs = Date.now() - 2 * config.WORK_ACK_WAIT_SECONDS * 1000;
  if (state.messages === 0 || Date.parse(state.first_ts) > oldestMs) return;
  const deliveredTo = new Map<string, number>();
  for await (const { name, delivered } of manager.consumers.list('WORK')) deliveredTo.set(name, delivered.stream_seq);
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage('WORK', { seq }).catch(() => null);
    if (!message) continue;
    if (message.time.getTime() > oldestMs) return;
    const [, pool = '', jobId = '', n] = message.subject.split('.');
    const isDelivered = seq <= (deliveredTo.get(`pool-${pool}`) ?? 0);
    if (!isDelivered || isNeeded(jobId, Number(n), readWorkItem(message.data) !== null)) continue;
    await bury(context, { stream: 'WORK', stream_seq: seq, deliveries: 0 });
  }
};

const bury = async (context: ServiceContext, { stream, stream_seq: seq, deliveries }: Advisory): Promise<void> => {
  const manager = await jetstreamManager(context.connection);
  const dead = await manager.streams.getMessage(stream, { seq }).catch(() => null);
  if (!dead) return;
  const isReadable = readWorkItem(dead.data) !== null;
  const why = isReadable ? `delivered ${deliveries} times without an end` : 'work_item_unreadable';
  await jetstream(context.connection).publish(`dlq.${dead.subject}`, dead.data, {
    msgID: `${stream}.${seq}`,
    headers: withReason(why),
  });
  const [, , jobId] = dead.subject.split('.');
  if (jobId?.startsWith('job_')) await failJob(context, jobId, why);
  await manager.streams.deleteMessage(stream, seq, false);
};

const withReason = (reason: string): MsgHdrs => {
  const head = headers();
  head.set('Ffapi-Dead-Reason', reason);
  return head;
};

const failJob = async (context: ServiceContext, jobId: string, why: string): Promise<void> => {
  const error = failureOf('work_item_unreadable', undefined, { reason: why });
  try {
    await commander(context, jobDecider, jobStream)(
      jobId,
      { type: 'FailJob', jobId, task: null, error },
      { commitId: `poison_${jobId}`, causationId: 'dead-letter-queue' },
    );
  } catch (error_) {
    // A message about a job that was never accepted has nobody to tell.
    if (!(error_ instanceof Refusal)) throw error_;
  }
};
