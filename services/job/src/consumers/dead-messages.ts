import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { failureOf, jobStream, readWorkItem } from '@ffapi/contracts';
import { handleCommand, Refusal } from '@ffapi/es';
import type { Running, ServiceContext } from '@ffapi/service-kit';
import { jobDecider } from '../domain/job.decider.ts';

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
    await handleCommand(
      context.store,
      jobDecider,
      jobStream(jobId),
      { type: 'FailJob', jobId, task: null, error },
      {
        commitId: `poison_${jobId}`,
        occurredAt: context.now(),
        correlationId: jobId,
        causationId: 'dead-letter-queue',
      },
    );
  } catch (error_) {
    // A message about a job that was never accepted has nobody to tell.
    if (!(error_ instanceof Refusal)) throw error_;
  }
};
