import { join } from 'node:path';
import { startFerretDb } from '@ffapi/testkit';
import { check, linesOf, type Entry, type StoredMessage, type Verdict } from './checker.ts';
import { Client } from './client.ts';
import { cutClip } from './clip.ts';
import { dumpEvents } from './event-log.ts';
import { Fleet } from './fleet.ts';
import { startOrigin, startReceiver, type Neighbour } from './neighbours.ts';
import { observe } from './observe.ts';
import { openRecorder, type Note } from './recorder.ts';
import type { Environment } from './service-process.ts';

export interface StageOptions {
  readonly dir: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly clipSeconds?: number;
  /** Where read models are: files of each process, or one server that speaks MongoDB's protocol. */
  readonly readModels?: 'sqlite' | 'mongodb';
  readonly env?: Environment;
  /** Settings of one process, by its name. */
  readonly envOf?: Readonly<Record<string, Environment>>;
}

/** A running platform with its neighbours and with a recorder that sees everything from outside. */
export interface Stage {
  readonly dir: string;
  readonly clip: string;
  readonly fleet: Fleet;
  /** One per gateway. */
  readonly clients: readonly [Client, ...Client[]];
  readonly client: Client;
  readonly origin: Neighbour;
  readonly receiver: Neighbour;
  readonly note: Note;
}

/** Sets a platform up, lets it be acted upon, waits until it is quiet, stops it, and judges the record. */
export const onStage = async (options: StageOptions, act: (stage: Stage) => Promise<void>): Promise<Verdict> => {
  const { dir, clipSeconds = 1, readModels = 'sqlite', ...of } = options;
  const fleetDir = join(dir, 'fleet');
  const [record, events, clip] = ['record.jsonl', 'events.jsonl', 'clip.mp4'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  await cutClip(clip, clipSeconds);
  const recorder = openRecorder(record);
  const { note } = recorder;
  const told = new Set<string>();
  const origin = await startOrigin(clip);
  const receiver = await startReceiver((call) => {
    note({ kind: 'webhook', ...call });
    told.add(call.jobId);
  });
  const mongo = readModels === 'mongodb' ? await startFerretDb({ dir: join(dir, 'mongo') }) : null;
  const env = { ...of.env, ...(mongo ? { DATABASE_URL: mongo.url } : {}) };
  const fleet = await Fleet.start({ ...of, env, dir: fleetDir, note });
  try {
    const clients = fleet.urls.map((url) => new Client(url, fleet.apiKey, note)) as [Client, ...Client[]];
    const [client] = clients;
    await act({ dir, clip, fleet, clients, client, origin, receiver, note });
    await fleet.ready();
    await observe(fleet, client, told, note);
    for (const [process, code] of Object.entries(await fleet.stop()))
      if (code !== 0) note({ kind: 'exit', process, pid: 0, code });
    await dumpEvents(fleet.nats.url, events);
  } finally {
    await fleet.stop();
    await fleet.nats.end('SIGTERM');
    await mongo?.stop();
    recorder.close();
    origin.close();
    receiver.close();
  }
  return check(linesOf<Entry>(record), linesOf<StoredMessage>(events));
};
