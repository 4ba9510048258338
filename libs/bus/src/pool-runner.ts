import { jetstream, type Consumer, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { linkOf } from './link.ts';

/**
 * What becomes of a message: done, try later, or nothing, because it is in other hands by now: an acknowledgement of any
 * delivery takes the message from all, and from whoever is to have it next. One that comes back too often goes to the dead-letter queue; it is never
 * terminated, because a work queue forgets a terminated message before anyone can keep a copy.
 */
export type Disposition = { readonly ack: true } | { readonly nakAfterMs: number } | { readonly leave: true };

export interface WorkDelivery {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly isRedelivery: boolean;
  readonly deliveries: number;
}

export interface PoolRunnerOptions {
  readonly connection: NatsConnection;
  readonly stream: string;
  readonly durable: string;
  readonly slots: number;
  /** How often a message in work is kept alive; a third of the consumer's ack wait or less. */
  readonly workingMs: number;
  readonly handle: (delivery: WorkDelivery) => Promise<Disposition>;
  /** Makes the stream and its consumer anew where they are gone: someone may have deleted what can be derived again. */
  readonly restore: () => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** Each slot takes one message and ends, or ends when none has come in this time. */
  readonly once?: { readonly idleMs: number } | undefined;
}

export interface PoolRunner {
  busy(): number;
  /** Resolves when no slot takes anything any more, and nothing is in hand. */
  readonly ended: Promise<void>;
  /** Takes nothing new; resolves when everything in hand is disposed of. */
  drain(): Promise<void>;
}

const pullMs = 5_000;
const backOffMs = 500;

/** Pulls one message per free slot, so that a worker never holds work that another could start. */
export const runPool = (options: PoolRunnerOptions): PoolRunner => {
  let isDraining = false;
  let busy = 0;
  const stopped = new AbortController();
  const inHand = new Set<Promise<void>>();
  const js = jetstream(options.connection);
  const startedMs = performance.now();
  const isOver = (): boolean =>
    isDraining ||
    options.connection.isClosed() ||
    (options.once !== undefined && performance.now() - startedMs > options.once.idleMs);

  const work = async (message: JsMsg): Promise<void> => {
    busy++;
    const alive = setInterval(() => message.working(), options.workingMs);
    try {
      const disposition = await options.handle({
        subject: message.subject,
        data: message.data,
        isRedelivery: message.info.deliveryCount > 1,
        deliveries: message.info.deliveryCount,
      });
      await dispose(message, disposition);
    } catch (error) {
      options.onError(error);
      message.nak(5_000);
    } finally {
      clearInterval(alive);
      busy--;
    }
  };

  const slot = async (): Promise<void> => {
    while (!isOver()) {
      try {
        const consumer = await js.consumers.get(options.stream, options.durable);
        const message = await pull(consumer, stopped.signal, options.connection);
        if (message === null) continue;
        if (isDraining) {
          message.nak();
          return;
        }
        const done = work(message);
        inHand.add(done);
        await done;
        inHand.delete(done);
        if (options.once) return;
      } catch (error) {
        if (isDraining || options.connection.isClosed()) return;
        options.onError(error);
        await new Promise((resolve) => setTimeout(resolve, backOffMs));
        // The broker itself may be away; then it is tried again after the next pull that fails.
        await options.restore().catch(options.onError);
      }
    }
  };

  const slots = Array.from({ length: options.slots }, slot);
  return {
    busy: () => busy,
    ended: Promise.all(slots).then(() => {}),
    drain: async () => {
      isDraining = true;
      stopped.abort();
      await Promise.all(inHand);
    },
  };
};

/**
 * The next message, or `null` when none came in time, when the runner stops, or when the connection is back: a server
 * that was away has forgotten who waits. A pull that is given up is withdrawn, so that it takes no message from others.
 */
const pull = async (consumer: Consumer, stopped: AbortSignal, connection: NatsConnection): Promise<JsMsg | null> => {
  const messages = await consumer.fetch({ max_messages: 1, expires: pullMs });
  const giveUp = (): void => void messages.close();
  stopped.addEventListener('abort', giveUp, { once: true });
  const unwatch = linkOf(connection).onUp(giveUp);
  try {
    if (stopped.aborted) giveUp();
    for await (const message of messages) return message;
    return null;
  } finally {
    stopped.removeEventListener('abort', giveUp);
    unwatch();
  }
};

const dispose = async (message: JsMsg, disposition: Disposition): Promise<void> => {
  if ('ack' in disposition) await message.ackAck();
  else if ('nakAfterMs' in disposition) message.nak(disposition.nakAfterMs);
};
