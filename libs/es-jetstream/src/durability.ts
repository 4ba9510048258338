import type { NatsConnection } from '@nats-io/transport-node';

/** The server may lose acknowledged events; the message says which line of nats.conf helps. */
export class EventStoreNotDurable extends Error {
  override readonly name = 'EventStoreNotDurable';
}

const remedy = 'add "sync_interval: always" to the jetstream { } block of nats.conf';
const versionMin = [2, 12] as const;

const ensureVersion = (version: string): void => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > versionMin[0] || (major === versionMin[0] && minor >= versionMin[1])) return;
  throw new EventStoreNotDurable(`nats-server ${version} is too old: ${versionMin.join('.')} or newer is needed`);
};

interface JetStreamMonitor {
  readonly server_id: string;
  readonly config?: { readonly sync_always?: boolean; readonly max_storage?: number };
  /** Bytes of all streams. */
  readonly storage?: number;
}

/** How much the server stores and the most that it may, by its own account: its limit, or what its volume had room for. */
export const serverUsage = async (
  monitorUrl: string,
  timeoutMs: number,
): Promise<{ readonly bytes: number; readonly bytesMax: number }> => {
  const { storage = 0, config } = await monitor(monitorUrl, timeoutMs);
  const bytesMax = config?.max_storage ?? 0;
  return { bytes: storage, bytesMax: bytesMax > 0 ? bytesMax : Number.POSITIVE_INFINITY };
};

const monitor = async (monitorUrl: string, timeoutMs: number): Promise<JetStreamMonitor> => {
  try {
    const response = await fetch(new URL('/jsz?config=1', monitorUrl), { signal: AbortSignal.timeout(timeoutMs) });
    return (await response.json()) as JetStreamMonitor;
  } catch (cause) {
    const hint = 'set NATS_MONITOR_URL and "http: 127.0.0.1:8222" in nats.conf, or EVENT_STORE_DURABILITY=trusted';
    throw new EventStoreNotDurable(`the monitoring endpoint ${monitorUrl} does not answer: ${hint}`, { cause });
  }
};

/**
 * Throws `EventStoreNotDurable` unless the server writes every acknowledged event to disk first.
 * With its default (a flush every two minutes) a power cut takes acknowledged events along.
 */
export const verifyDurability = async (
  connection: NatsConnection,
  monitorUrl: string | undefined,
  timeoutMs: number,
): Promise<void> => {
  const info = connection.info;
  if (!info) throw new EventStoreNotDurable('the connection has not met a server yet');
  ensureVersion(info.version);
  if (!monitorUrl)
    throw new EventStoreNotDurable(`no monitoring address to check with; ${remedy} and set NATS_MONITOR_URL`);
  const { server_id, config } = await monitor(monitorUrl, timeoutMs);
  if (!info.cluster && server_id !== info.server_id) {
    throw new EventStoreNotDurable(`${monitorUrl} is the monitoring endpoint of another server`);
  }
  if (config?.sync_always !== true)
    throw new EventStoreNotDurable(`acknowledged events are not synced to disk: ${remedy}`);
};
