import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureEventsStream } from '@ffapi/es-jetstream';
import { startNats } from '@ffapi/testkit';
import { connect } from '@nats-io/transport-node';
import { fillStore, type FillOptions } from './fill-store.ts';

export interface Prefilled {
  /** As the platform finds it at its start; the caller removes it. */
  readonly dataDir: string;
  readonly messagesPerSecond: number;
}

/** A data folder whose event store holds a history; nothing is synced while it is filled, everything before it is handed out. */
export const makePrefilled = async (
  fills: readonly Omit<FillOptions, 'connection'>[],
  dataDir = mkdtempSync(join(tmpdir(), 'ffapi-bench-')),
): Promise<Prefilled> => {
  const nats = await startNats({ storeDir: join(dataDir, 'nats'), syncInterval: '2m' });
  const connection = await connect({ servers: nats.url });
  await ensureEventsStream({ connection });
  let messagesPerSecond = 0;
  for (const fill of fills) ({ messagesPerSecond } = await fillStore({ ...fill, connection }));
  await connection.close();
  await nats.stop();
  return { dataDir, messagesPerSecond };
};
