import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus } from '@ffapi/bus';
import { assetStream } from '@ffapi/contracts';
import { createJetStreamEventStore } from '@ffapi/es-jetstream';
import { freePorts } from '@ffapi/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client, type Job } from '../faults/client.ts';
import { cutClip } from '../faults/clip.ts';
import { NatsProcess } from '../faults/nats-process.ts';
import { ServiceProcess, type Environment } from '../faults/service-process.ts';
import { sharedSettings } from '../shared-settings.ts';
import { makeNewerCheckout } from './newer-checkout.ts';

const apiKey = 'key_of_a_rolling_upgrade_0123456789';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-upgrade-'));
const clip = join(dir, 'clip.mp4');
const checkout = join(dir, 'newer');

let nats: NatsProcess;
let settings: Environment;
let older: ServiceProcess;
let newer: ServiceProcess;
let olderUrl: string;
let newerUrl: string;

const client = (url: string): Client => new Client(url, apiKey, () => {});

const olderHalf = (): ServiceProcess =>
  new ServiceProcess({ ...settings, FFAPI_DATA_DIR: join(dir, 'older-data') }, join(dir, 'older.log'));

beforeAll(async () => {
  await cutClip(clip, 1);
  makeNewerCheckout(checkout);
  const [natsPort = 0, monitorPort = 0, blobPort = 0] = await freePorts(3);
  nats = new NatsProcess(join(dir, 'nats'), natsPort, monitorPort);
  await nats.start();
  settings = { ...sharedSettings(nats, apiKey), BLOB_PORT: String(blobPort) };
  older = olderHalf();
  olderUrl = await older.ready;
  newer = new ServiceProcess(
    { ...settings, BLOB_PORT: '0', BLOB_URL: `http://127.0.0.1:${blobPort}`, FFAPI_DATA_DIR: join(dir, 'newer-data') },
    join(dir, 'newer.log'),
    checkout,
  );
  newerUrl = await newer.ready;
});

afterAll(async () => {
  await Promise.all([older, newer].map((process) => process.end('SIGTERM')));
  await nats.end('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
});

/** As the newer gateway would ask its own storage service. */
const tag = async (fileId: string): Promise<{ readonly response?: { readonly ok: boolean } }> => {
  const connection = await connectBus({ url: nats.url, name: 'a newer gateway' });
  try {
    const actor = { keyId: 'admin', isAdmin: true };
    const packet = { pattern: 'asset.tag', data: { fileId, actor, tag: 'holiday' }, id: '1' };
    return (await connection.request('asset.tag', JSON.stringify(packet), { timeout: 10_000 })).json();
  } finally {
    await connection.close();
  }
};

const typesOf = async (fileId: string): Promise<string[]> => {
  const connection = await connectBus({ url: nats.url, name: 'the history' });
  try {
    const store = await createJetStreamEventStore({ connection, durability: 'trusted' });
    const { commits } = await store.load(assetStream(fileId));
    await store.close();
    return commits.flatMap(({ events }) => events.map(({ type }) => type));
  } finally {
    await connection.close();
  }
};

const remux = (fileId: string) => ({ body: { input_url: fileId, output_format: 'mkv', video_codec: 'copy' } });

let jobs = 0;

/** Jobs of either version, through either gateway, end. */
const ends = async (url: string, fileId: string): Promise<void> => {
  const answer = await client(url).call<Job>('POST', '/v1/transcode', remux(fileId));
  expect(answer?.status).toBe(202);
  jobs += 1;
  await expect.poll(async () => (await client(url).job(answer?.body.job_id ?? ''))?.status).toBe('completed');
};

it('of two versions on one broker, the older waits for what it does not know, and loses nothing', async () => {
  const plain = (await client(olderUrl).upload(clip, 'plain.mp4')) ?? '';
  const tagged = (await client(olderUrl).upload(clip, 'tagged.mp4')) ?? '';
  await Promise.all([ends(olderUrl, plain), ends(newerUrl, plain)]);
  await expect.poll(() => typesOf(tagged)).toContain('AssetProbed');

  // Only the newer one serves the request; the older one does not answer for it.
  expect((await tag(tagged)).response).toMatchObject({ ok: true });
  expect(await typesOf(tagged)).toContain('AssetTagged');

  // Whoever knows the event goes on with the file; the older one refuses, says why, and decides nothing.
  await ends(newerUrl, tagged);
  for (const [method, path, options] of [
    ['POST', '/v1/transcode', remux(tagged)],
    ['DELETE', `/v1/files/${tagged}`, {}],
  ] as const) {
    const answer = await client(olderUrl).call<Readonly<Record<string, unknown>>>(method, path, options);
    expect(answer?.status).toBe(503);
    expect(answer?.body).toMatchObject({ code: 'event_unknown', event_type: 'AssetTagged' });
  }
  expect(await typesOf(tagged)).not.toContain('AssetDeleted');

  // What the older one does not know of is as it was, for both.
  await Promise.all([ends(olderUrl, plain), ends(newerUrl, plain)]);

  // The older one leaves, the newer one has everything.
  await older.end('SIGTERM');
  older = new ServiceProcess(
    { ...settings, FFAPI_DATA_DIR: join(dir, 'older-data') },
    join(dir, 'upgraded.log'),
    checkout,
  );
  olderUrl = await older.ready;
  await Promise.all([ends(olderUrl, tagged), ends(newerUrl, tagged)]);
  for (const url of [olderUrl, newerUrl]) {
    const health = await client(url).call<{ components: { database: unknown } }>('GET', '/health/detailed');
    expect(health?.body.components.database).toMatchObject({ status: 'up' });
    await expect.poll(async () => (await client(url).jobs(''))?.length).toBe(jobs);
    expect((await client(url).jobs(''))?.every(({ status }) => status === 'completed')).toBe(true);
  }
});
