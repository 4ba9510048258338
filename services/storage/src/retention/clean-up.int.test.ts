import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBlob } from '@ffapi/blob';
import { loadConfig } from '@ffapi/config';
import {
  assetStream,
  derivedId,
  reviewStream,
  type AssetEvent,
  type BlobRef,
  type ReviewEvent,
} from '@ffapi/contracts';
import type { ReadModel } from '@ffapi/read-model';
import { openRuntime, type Runtime, type ServiceContext } from '@ffapi/service-kit';
import { createMetrics } from '@ffapi/telemetry';
import { startNats, type TestNats } from '@ffapi/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFileGate } from '../ingest/admit-file.runner.ts';
import { assetRequests } from '../assets/answer-requests.consumer.ts';
import { startCleanUp } from './clean-up.runner.ts';
import { StorageQuota } from '../quota/storage-quota.state.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-cleanup-'));
const metrics = createMetrics();
const dayMs = 24 * 3600 * 1000;
const patience = { timeout: 5_000 };
let nats: TestNats;
let runtime: Runtime;
let context: ServiceContext;
let quota: StorageQuota;
let quotaModel: ReadModel;
let count = 0;

beforeAll(async () => {
  nats = await startNats();
  const config = loadConfig({
    FFAPI_DATA_DIR: dir,
    LOG_LEVEL: 'silent',
    CLEANUP_INTERVAL_SECONDS: '1',
    CLEANUP_GRACE_SECONDS: '1',
    RETENTION_DAYS: '7',
  });
  runtime = await openRuntime({ config, natsUrl: nats.url, monitorUrl: nats.monitorUrl, metrics });
  context = runtime.context('storage');
  quotaModel = await runtime.context('storage-quota').openReadModel();
  quota = await StorageQuota.open(context, quotaModel);
});

afterAll(async () => {
  await quota.stop();
  await quotaModel.close();
  await runtime.close();
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
});

const pathOf = async (blob: BlobRef): Promise<string> => (await context.blobs.localPath(blob))!;
const age = async (blob: BlobRef): Promise<void> => {
  const old = new Date(Date.now() - 10_000);
  utimesSync(await pathOf(blob), old, old);
};
const putOld = async (bytes: string): Promise<BlobRef> => {
  const blob = await context.blobs.put(Buffer.from(bytes));
  await age(blob);
  return blob;
};

/** Stores a file as an upload does. */
const upload = async (blob: BlobRef): Promise<string> => {
  const fileId = derivedId('file', Buffer.alloc(20, ++count));
  const admit = createFileGate(context.config, null);
  const settings = await context.openSettings();
  await assetRequests(context, { admit, quota, settings })['asset.store']!({
    fileId,
    actor: { keyId: 'key_a', isAdmin: false },
    name: 'a.bin',
    contentType: null,
    blob,
  });
  return fileId;
};

/** A folder of files as a job publishes it. */
const storeFolder = async (manifest: BlobRef): Promise<void> => {
  const fileId = derivedId('file', Buffer.alloc(20, ++count));
  const asset = {
    fileId,
    apiKeyId: 'key_a',
    name: 'hls',
    contentType: 'application/vnd.apple.mpegurl',
    blob: manifest,
    sizeBytes: 1,
    main: 'index.m3u8',
    media: null,
    origin: { kind: 'job' as const, jobId: 'job_0000000000000000000000000', task: 0, output: 'hls' },
    expiresAt: null,
  };
  const event: AssetEvent = { type: 'AssetStored', version: 1, data: asset };
  await context.store.append(assetStream(fileId), null, {
    id: `store ${fileId}`,
    occurredAt: context.now(),
    correlationId: fileId,
    causationId: fileId,
    events: [event],
  });
};

const cleaned = async <T>(work: () => Promise<T>, now: () => string = context.now): Promise<T> => {
  const readModel = await context.openReadModel();
  const cleaning = startCleanUp({ ...context, now }, readModel);
  try {
    return await work();
  } finally {
    await cleaning.stop();
    await readModel.close();
  }
};

it('deletes what nothing names, keeps what a file or its folder names, spares what is new', async () => {
  const named = await putOld('named');
  await upload(named);
  const segment = await putOld('segment');
  const manifest = await putOld(JSON.stringify([{ path: 'index.m3u8', ...segment }]));
  await storeFolder(manifest);
  const orphan = await putOld('orphan');
  const young = await context.blobs.put(Buffer.from('young'));
  const soon = new Date(Date.now() + 3_600_000);
  utimesSync(await pathOf(young), soon, soon);
  await cleaned(() => expect.poll(() => context.blobs.has(orphan), patience).toBe(false));
  for (const blob of [named, segment, manifest, young]) expect(await context.blobs.has(blob)).toBe(true);
  expect((await readBlob(context.blobs, named)).toString()).toBe('named');
  expect(await metrics.text()).toMatch(/ffapi_blobs_removed_total [1-9]/);
});

it('deletes files whose time is over, then their bytes', async () => {
  const blob = await putOld('for a week');
  const fileId = await upload(blob);
  const inEightDays = (): string => new Date(Date.now() + 8 * dayMs).toISOString();
  await cleaned(() => expect.poll(() => context.blobs.has(blob), patience).toBe(false), inEightDays);
  const { commits } = await context.store.load<AssetEvent>(assetStream(fileId));
  expect(commits.at(-1)?.events).toMatchObject([
    { type: 'AssetDeleted', data: { by: 'retention', reason: 'expired' } },
  ]);
});

it('tells of bytes that are named and gone', async () => {
  const blob = await putOld('lost');
  await upload(blob);
  await context.blobs.delete(blob);
  await cleaned(() => expect.poll(async () => metrics.text(), patience).toMatch(/ffapi_blobs_missing [1-9]/));
});

it('removes what an unfinished upload left behind', async () => {
  const incoming = join(dir, 'blobs', 'incoming');
  writeFileSync(join(incoming, 'left'), 'x');
  const old = new Date(Date.now() - 10_000);
  utimesSync(join(incoming, 'left'), old, old);
  await cleaned(() => expect.poll(() => readdirSync(incoming), patience).toEqual([]));
});

const ofReview = { reviewId: 'rev_0000', jobId: 'job_0000' };

const note = async (event: ReviewEvent): Promise<void> => {
  const stream = reviewStream(ofReview.reviewId);
  const { head } = await context.store.load<ReviewEvent>(stream);
  await context.store.append(stream, head, {
    id: event.type,
    occurredAt: context.now(),
    correlationId: ofReview.jobId,
    causationId: ofReview.jobId,
    events: [event],
  });
};

it('keeps the frames of a review until it is decided, and for as long as logs after that', async () => {
  const frame = await putOld('a frame');
  const manifest = await putOld(JSON.stringify([{ path: 'source/1.jpg', ...frame }]));
  const ref = {
    ...ofReview,
    apiKeyId: 'key_a',
    operation: 'transcode',
    reason: 'moderation_review' as const,
    labels: [],
  };
  await note({ type: 'ReviewOpened', version: 1, data: { ...ref, frames: { manifest, shown: [] } } });
  const inTwoMonths = (): string => new Date(Date.now() + 60 * dayMs).toISOString();
  const orphan = await putOld('not a frame');
  await cleaned(() => expect.poll(() => context.blobs.has(orphan), patience).toBe(false), inTwoMonths);
  for (const blob of [frame, manifest]) expect(await context.blobs.has(blob)).toBe(true);
  await note({
    type: 'ReviewDecided',
    version: 1,
    data: { ...ofReview, decision: 'approve', by: 'key_admin', note: null },
  });
  const another = await putOld('not a frame either');
  await cleaned(() => expect.poll(() => context.blobs.has(another), patience).toBe(false));
  expect(await context.blobs.has(frame)).toBe(true);
  await cleaned(() => expect.poll(() => context.blobs.has(frame), patience).toBe(false), inTwoMonths);
});
