import { linkOf } from '@ffapi/bus';
import type { DomainEvent, EventStore, ReadOptions, RecordedCommit } from '@ffapi/es';
import type { NatsConnection } from '@nats-io/transport-node';

/**
 * The store, with following reads that begin anew behind the last commit given when the connection is back. The
 * client's own ordered consumer, made again after a restart of the broker, asks for one message only, and then falls
 * silent until it has missed two heartbeats: 45 s in which projections and watchers stood still.
 */
export const followAgain = (store: EventStore, connection: NatsConnection): EventStore => {
  const link = linkOf(connection);
  const read = async function* <E extends DomainEvent>(
    options: ReadOptions,
  ): AsyncGenerator<readonly RecordedCommit<E>[]> {
    let { after } = options;
    for (let isBack = true; isBack;) {
      const turn = new AbortController();
      const stop = link.onUp(() => turn.abort());
      const signal = options.signal ? AbortSignal.any([turn.signal, options.signal]) : turn.signal;
      try {
        for await (const commits of store.read<E>({ ...options, after, signal })) {
          after = commits.at(-1)?.position ?? after;
          yield commits;
        }
      } finally {
        stop();
      }
      isBack = turn.signal.aborted && options.signal?.aborted !== true;
    }
  };
  return { ...store, read: (options) => (options.follow ? read(options) : store.read(options)) };
};
