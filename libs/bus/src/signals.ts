import { asToken, makeSubject } from '@ffapi/contracts';
import type { NatsConnection, Subscription } from '@nats-io/transport-node';

/** Plain NATS subjects: told to whoever listens now, stored nowhere. */
export const signals = {
  progress: (jobId: string): string => makeSubject('progress', jobId),
  log: (jobId: string): string => makeSubject('log', jobId),
  control: (jobId: string): string => makeSubject('control', jobId),
  /** Asked of one worker: which tasks of a pool it has in hand. */
  inHand: (instance: string, pool: string): string => makeSubject('in-hand', asToken(instance), pool),
  /** Every worker that hears it says at once what it would say at its next heartbeat. */
  heartbeatRequest: 'hb-please',
  heartbeat: (service: string, instance: string): string => makeSubject('hb', service, asToken(instance)),
} as const;

/** Tells; while the broker is away the word is lost, by design. */
export const tell = (connection: NatsConnection, subject: string, body: unknown): void => {
  if (!connection.isClosed()) connection.publish(subject, JSON.stringify(body));
};

/** Calls back with every JSON message on a subject pattern until unsubscribed; what is not JSON is dropped. */
export const listen = <T>(
  connection: NatsConnection,
  pattern: string,
  callback: (body: T, subject: string) => void,
): Subscription =>
  connection.subscribe(pattern, {
    callback: (error, message) => {
      if (error) return;
      let body: T;
      try {
        body = message.json<T>();
      } catch {
        return;
      }
      callback(body, message.subject);
    },
  });
