import { existsSync, fsyncSync, openSync, closeSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startNatsServer } from '@ffapi/bus';
import type { Config } from '@ffapi/config';
import { openRuntime, type Runtime } from '@ffapi/service-kit';
import { createMetrics } from '@ffapi/telemetry';

interface RunningNote {
  readonly pid: number;
  readonly natsUrl: string;
}

/** Where the platform of this data folder runs, or `null`. */
export const runningPlatform = (config: Config): RunningNote | null => {
  const file = join(resolve(config.FFAPI_DATA_DIR), 'running.json');
  if (!existsSync(file)) return null;
  const note = JSON.parse(readFileSync(file, 'utf8')) as RunningNote;
  try {
    process.kill(note.pid, 0);
    return note;
  } catch {
    return null;
  }
};

/**
 * Gives the work a way to the event store: of the platform that runs, or on a NATS of its own. `inBulk` writes far
 * faster and is safe only for what can be begun anew: everything is synced once, when the work is done.
 */
export const withStore = async <T>(
  config: Config,
  work: (open: Runtime['context']) => Promise<T>,
  { inBulk = false } = {},
): Promise<T> => {
  const note = runningPlatform(config);
  const isOwn = config.NATS_URL === undefined && note === null;
  const dir = resolve(config.FFAPI_DATA_DIR, 'nats');
  const nats = isOwn ? await startNatsServer({ dir, ...(inBulk ? { syncInterval: '10m' } : {}) }) : null;
  const natsUrl = config.NATS_URL ?? note?.natsUrl ?? nats?.url ?? '';
  // A store that is only read need not be one that syncs.
  const quiet = { ...config, LOG_LEVEL: 'error', EVENT_STORE_DURABILITY: 'trusted' } as const;
  try {
    const runtime = await openRuntime({ config: quiet, natsUrl, metrics: createMetrics() });
    return await work(runtime.context).finally(() => runtime.close());
  } finally {
    await nats?.stop();
    if (nats && inBulk) syncAll(dir);
  }
};

const syncAll = (dir: string): void => {
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() && !entry.isDirectory()) continue;
    const file = openSync(join(entry.parentPath, entry.name), 'r');
    fsyncSync(file);
    closeSync(file);
  }
};
