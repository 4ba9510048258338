import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { RecordedCommit } from '@ffapi/es';
import { createJetStreamEventStore, verifyChain, type JetStreamEventStore } from '@ffapi/es-jetstream';
import { makeDisk, missingForDisks, mountDisk, startNats } from '@ffapi/testkit';
import { connect } from '@nats-io/transport-node';

const writers = 16;
const writeMs = 2_000;

interface Cut {
  readonly acknowledged: number;
  readonly recovered: number;
  readonly lost: number;
  readonly isChainWhole: boolean;
}

/** Appends from many writers until aborted; gives the ids of what was acknowledged so far. */
const writeOn = (store: JetStreamEventStore, isOver: () => boolean): Set<string> => {
  const acknowledged = new Set<string>();
  const write = async () => {
    const stream = `job.${randomUUID()}`;
    for (let head: RecordedCommit | null = null; !isOver();) {
      const events = [{ type: 'Written', version: 1, data: { text: 'x'.repeat(200) } }];
      const ids = { id: randomUUID(), correlationId: stream, causationId: stream };
      head = await store.append(stream, head, { ...ids, occurredAt: new Date().toISOString(), events });
      acknowledged.add(head.id);
    }
  };
  // The server is stopped under the writers: what is then in flight has no answer and is not counted.
  for (let i = 0; i < writers; i++) void write().catch(() => {});
  return acknowledged;
};

const idsIn = async (store: JetStreamEventStore): Promise<Set<string>> => {
  const ids = new Set<string>();
  for await (const batch of store.read({ after: 0 })) for (const { id } of batch) ids.add(id);
  return ids;
};

const openStore = async (storeDir: string, syncInterval: string) => {
  const nats = await startNats({ storeDir, syncInterval });
  const connection = await connect({ servers: nats.url });
  const store = await createJetStreamEventStore({ connection, durability: 'trusted' });
  return { nats, connection, store };
};

/** Recovers from the copied disk and looks for every acknowledged commit. */
const recover = async (storeDir: string, syncInterval: string, acknowledged: ReadonlySet<string>): Promise<Cut> => {
  const { nats, connection, store } = await openStore(storeDir, syncInterval);
  try {
    const stored = await idsIn(store);
    const recovered = [...acknowledged].filter((id) => stored.has(id)).length;
    const { broken } = await verifyChain(store);
    return {
      acknowledged: acknowledged.size,
      recovered,
      lost: acknowledged.size - recovered,
      isChainWhole: broken === null,
    };
  } finally {
    await connection.close();
    await nats.kill();
  }
};

/** One power cut: the disk's bytes are copied while the server is frozen, and only the copy is recovered. */
const cutPower = async (dir: string, n: number, syncInterval: string): Promise<Cut> => {
  const disk = makeDisk(dir, `disk${n}`);
  const { nats, connection, store } = await openStore(join(disk.mountPoint, 'nats'), syncInterval);
  let isOver = false;
  const written = writeOn(store, () => isOver);
  await delay(writeMs);
  process.kill(nats.pid, 'SIGSTOP');
  const acknowledged = new Set(written);
  const image = join(dir, `copy${n}.img`);
  disk.copy(image);
  isOver = true;
  await nats.kill();
  await connection.close();
  disk.unmount();
  const copy = mountDisk(image, join(dir, `copy${n}`));
  try {
    return await recover(join(copy.mountPoint, 'nats'), syncInterval, acknowledged);
  } finally {
    copy.unmount();
  }
};

const { values } = parseArgs({
  options: { cuts: { type: 'string', default: '5' }, sync: { type: 'string', default: 'always' } },
});
const dir = mkdtempSync(join(tmpdir(), 'ffapi-powercut-'));
try {
  const skipped = missingForDisks(dir);
  const cuts: Cut[] = [];
  if (!skipped) for (let n = 1; n <= Number(values.cuts); n++) cuts.push(await cutPower(dir, n, values.sync));
  const sum = (ref: (cut: Cut) => number) => cuts.reduce((total, cut) => total + ref(cut), 0);
  const report = {
    cuts: cuts.length,
    acknowledged: sum((cut) => cut.acknowledged),
    recovered: sum((cut) => cut.recovered),
    lost: sum((cut) => cut.lost),
    chainsWhole: cuts.filter(({ isChainWhole }) => isChainWhole).length,
    skipped,
  };
  console.log(JSON.stringify(report));
  process.exitCode = report.lost > 0 || report.chainsWhole < report.cuts ? 1 : 0;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
