import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryBlobStore } from '@ffapi/blob';
import { connectBus } from '@ffapi/bus';
import { createJetStreamEventStore } from '@ffapi/es-jetstream';
import { createLogger } from '@ffapi/telemetry';
import { startWorker, type TaskRunner } from '@ffapi/worker';

/** A worker of the pool transcode-cpu as the platform's own, but for the work: its input is its output. */
const [natsUrl = '', slots = '100'] = process.argv.slice(2);
const connection = await connectBus({ url: natsUrl, name: 'no-op worker' });
const dataDir = mkdtempSync(join(tmpdir(), 'ffapi-no-op-'));

const passOn: TaskRunner = async ({ item }) => {
  const { source } = item.inputs;
  if (!source) throw new Error('a job without an input');
  const { blob, contentType } = source;
  const artifact = { name: 'out.mkv', kind: 'file' as const, contentType, blob, sizeBytes: 1, main: null, media: null };
  return { ingested: null, artifacts: [artifact], outputs: [], plan: null, result: null, stats: null, warnings: [] };
};

await startWorker({
  service: 'transcode',
  instance: `no-op-${process.pid}`,
  version: '0',
  pool: 'transcode-cpu',
  slots: Number(slots),
  runners: { operation: passOn },
  capabilities: () => ({}),
  connection,
  store: await createJetStreamEventStore({ connection, durability: 'trusted' }),
  blobs: createMemoryBlobStore(),
  log: createLogger({ level: 'error', service: 'transcode', instance: 'no-op' }),
  dataDir,
  ackWaitMs: 30_000,
  now: () => new Date().toISOString(),
});
process.on('SIGTERM', () => {
  rmSync(dataDir, { recursive: true, force: true });
  process.exit(0);
});
process.stdout.write('ready\n');
