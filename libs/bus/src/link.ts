import type { NatsConnection } from '@nats-io/transport-node';

type Listener = () => void;

/** Whether a connection stands, and word of when that changes. */
export interface Link {
  isUp(): boolean;
  /** Calls back whenever the connection is lost; gives the way to stop it. */
  onDown(listener: Listener): () => void;
  /** Calls back whenever the connection is back. */
  onUp(listener: Listener): () => void;
}

/** The connection is away: what was asked may have been done or not. */
export class LinkDown extends Error {
  override readonly name = 'LinkDown';
  constructor() {
    super('the broker is away');
  }
}

const links = new WeakMap<NatsConnection, Link>();

const watch = (connection: NatsConnection): Link => {
  let isUp = true;
  const [downs, ups] = [new Set<Listener>(), new Set<Listener>()];
  const register = (listeners: Set<Listener>) => (listener: Listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  void (async () => {
    for await (const { type } of connection.status()) {
      if (type !== 'disconnect' && type !== 'reconnect') continue;
      isUp = type === 'reconnect';
      for (const listener of isUp ? ups : downs) listener();
    }
  })();
  return { isUp: () => isUp, onDown: register(downs), onUp: register(ups) };
};

/** The link of a connection; one watcher, however many ask. */
export const linkOf = (connection: NatsConnection): Link => {
  const known = links.get(connection);
  if (known) return known;
  const link = watch(connection);
  links.set(connection, link);
  return link;
};

/** How long is waited for a connection to come back: a short break is none, and who tries again at once does not spin. */
const patienceMs = 250;

const untilUp = async (link: Link): Promise<boolean> => {
  if (link.isUp()) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const stop = link.onUp(() => resolve(true));
  const timer = setTimeout(() => resolve(false), patienceMs);
  return promise.finally(() => {
    stop();
    clearTimeout(timer);
  });
};

/**
 * The result of a question to the broker, or `LinkDown` soon after the connection is lost: the client itself would wait
 * out its timeout for an answer that cannot come any more.
 */
export const whileUp = async <T>(connection: NatsConnection, ask: () => Promise<T>): Promise<T> => {
  const link = linkOf(connection);
  if (!(await untilUp(link))) throw new LinkDown();
  const lost = Promise.withResolvers<never>();
  const stop = link.onDown(() => lost.reject(new LinkDown()));
  try {
    return await Promise.race([ask(), lost.promise]);
  } finally {
    stop();
  }
};
