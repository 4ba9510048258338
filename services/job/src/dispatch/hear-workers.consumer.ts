import type { NatsConnection } from '@nats-io/transport-node';
import { listen } from '@ffapi/bus';
import { messageFault, workerHeartbeat, type WorkerHeartbeat } from '@ffapi/contracts';
import type { Logger } from '@ffapi/telemetry';

/** Hands on what workers say of themselves, as far as it can be read. */
export const hearWorkers = (
  connection: NatsConnection,
  log: Logger,
  onHeartbeat: (heartbeat: WorkerHeartbeat) => void,
): ReturnType<typeof listen> =>
  listen<WorkerHeartbeat>(connection, 'hb.>', (heartbeat) => {
    const fault = messageFault(workerHeartbeat, heartbeat);
    if (fault === null) onHeartbeat(heartbeat);
    else log.warn({ fault }, 'a worker says what cannot be read');
  });
