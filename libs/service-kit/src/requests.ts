import { randomUUID } from 'node:crypto';
import { BlobStoreFull, BlobStoreUnavailable } from '@ffapi/blob';
import { isBrokerAway, linkOf, whileUp } from '@ffapi/bus';
import { ServerNats } from '@nestjs/microservices';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import {
  absentOf,
  errorRow,
  InvalidSubject,
  isErrorCode,
  messageFault,
  requests,
  type Answer,
  type Ask,
  type Reply,
  type RequestName,
} from '@ffapi/contracts';
import { ConcurrencyConflict, EventStoreFull, EventStoreUnavailable, EventUnknown, Refusal } from '@ffapi/es';
import { isReadModelAway } from '@ffapi/read-model';
import type { Logger } from '@ffapi/telemetry';
import { readReply, respond } from './large-replies.ts';

export type RequestHandlers = { readonly [N in RequestName]?: (ask: Ask<N>) => Promise<Answer<N>> };

/** Nest's NATS server on the service's own connection; handlers come from a table instead of decorators. */
export class RequestServer extends ServerNats {
  readonly #connection: NatsConnection;
  constructor(connection: NatsConnection, handlers: RequestHandlers, queue: string, log: Logger) {
    super({ queue });
    this.#connection = connection;
    for (const [name, handler] of Object.entries(handlers))
      this.addHandler(
        name,
        async (ask: unknown) => answer(handler as (ask: unknown) => Promise<unknown>, ask, name, log) as never,
      );
  }

  override async createNatsClient(): Promise<NatsConnection> {
    return this.#connection;
  }

  /** The connection is shared with the rest of the service, which closes it last. */
  override async close(): Promise<void> {
    for (const subscription of (this as unknown as { subscriptions: { drain(): Promise<void> }[] }).subscriptions)
      await subscription.drain().catch(() => {});
  }

  /** As Nest's, but for answers of any size. */
  override getPublisher(message: Msg, id: string): (response: object) => void {
    if (!message.reply) return () => {};
    return (response) => {
      const { data } = this.serializer.serialize(Object.assign(response, { id })) as { data: string | Uint8Array };
      respond(this.#connection, message, data);
    };
  }

  override async handleStatusUpdates(): Promise<void> {}
}

const answer = async (
  handler: (ask: unknown) => Promise<unknown>,
  ask: unknown,
  name: string,
  log: Logger,
): Promise<Reply<RequestName>> => {
  try {
    refuseUnreadable(name, ask);
    return { ok: true, value: (await handler(ask)) as Answer<RequestName> };
  } catch (error) {
    const refusal = refusalOf(error);
    if (!isErrorCode(refusal.code) || errorRow(refusal.code).status >= 500)
      log.error({ err: error, request: name }, 'request failed');
    return { ok: false, ...refusal };
  }
};

/** A message that is not what its name says; where it is at fault is for the log alone. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

/** Nothing is carried out of what cannot be read. */
const refuseUnreadable = (name: string, ask: unknown): void => {
  const fault = isRequestName(name) ? messageFault(requests[name].ask, ask) : null;
  if (fault !== null) throw new UnreadableMessage(fault);
};

const isRequestName = (name: string): name is RequestName => Object.hasOwn(requests, name);

/** What an error is called on the wire; what is not expected is `internal`. */
export const refusalOf = (error: unknown): { code: string; details?: Readonly<Record<string, unknown>> } => {
  if (error instanceof Refusal) return { code: error.code, details: error.details };
  if (error instanceof InvalidSubject) return { code: absentOf(error.kind) };
  if (error instanceof EventUnknown) return { code: 'event_unknown', details: { event_type: error.type } };
  if (error instanceof EventStoreFull) return { code: 'store_full' };
  if (error instanceof UnreadableMessage) return { code: 'message_unreadable' };
  if (error instanceof BlobStoreFull) return { code: 'disk_space_low' };
  if (isAway(error)) return { code: 'unavailable' };
  return { code: 'internal' };
};

/** Whether the same request may succeed when what it needs is back. */
const isAway = (error: unknown): boolean =>
  [BlobStoreUnavailable, EventStoreUnavailable, ConcurrencyConflict, RequestUnserved, RequestTimeout].some(
    (kind) => error instanceof kind,
  ) ||
  isBrokerAway(error) ||
  isReadModelAway(error);

/** No answer came in time, or none that can be read: whether the request was carried out is unknown. */
export class RequestTimeout extends Error {
  override readonly name = 'RequestTimeout';
}

/** No process of the service that answers this is there: nothing was carried out. */
export class RequestUnserved extends Error {
  override readonly name = 'RequestUnserved';
}

export type Requester = <N extends RequestName>(name: N, ask: Ask<N>, timeoutMs?: number) => Promise<Answer<N>>;

/** Asks another service, in the packet form of Nest's NATS transport; a refusal is thrown as one. */
/** The handlers of the services that run in this process, by request; shared by all of its contexts. */
export type LocalRequests = Map<string, (ask: never) => Promise<unknown>>;

export const createRequester = (connection: NatsConnection, local: LocalRequests): Requester => {
  return async (name, ask, timeoutMs = 5_000) => {
    const handler = local.get(name);
    if (handler) return askHere(handler as (ask: unknown) => Promise<never>, ask);
    // What is published while the broker is away is dropped: saying so at once is better than a silence.
    if (!linkOf(connection).isUp()) throw new RequestUnserved(`${name}: the broker is away`);
    const packet = JSON.stringify({ pattern: name, data: ask, id: randomUUID() });
    let reply: { response?: Reply<typeof name>; err?: unknown };
    try {
      const answered = await whileUp(connection, () => connection.request(name, packet, { timeout: timeoutMs }));
      reply = await readReply(connection, answered, timeoutMs);
    } catch (error) {
      throw asRequestError(error, name);
    }
    if (!reply.response) throw new RequestTimeout(`${name}: ${JSON.stringify(reply.err)}`);
    if (!reply.response.ok) throw new Refusal(reply.response.code, reply.response.details);
    const fault = messageFault(requests[name].answer, reply.response.value);
    if (fault !== null) throw new RequestTimeout(`${name} was answered, but not so that it can be read: ${fault}`);
    return reply.response.value;
  };
};

/** The same answer without the way to the broker and back; a failure tells as little as one from afar. */
const askHere = async <T>(handler: (ask: unknown) => Promise<T>, ask: unknown): Promise<T> => {
  try {
    return await handler(ask);
  } catch (error) {
    const { code, details } = refusalOf(error);
    throw new Refusal(code, details);
  }
};

const asRequestError = (error: unknown, name: string): Error => {
  const text = String(error);
  return /no responders|NoResponders|503/i.test(text)
    ? new RequestUnserved(name)
    : new RequestTimeout(`${name}: ${text}`);
};
