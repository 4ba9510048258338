import type { ProjectedEvent } from '@ffapi/es';
import { expect, it } from 'vitest';
import { namedBy } from './used-blobs.ts';
import { blobHolders, type BlobHolder } from './blob-holders.projection.ts';

const at = '2026-11-22T10:00:00.000Z';
const long = '2026-12-01T00:00:00.000Z';
const [jobId, fileId, deliveryId] = ['job_0000', 'file_0000', 'dlv_0000'];
const blob = (name: string) => ({ sha256: name, sizeBytes: 1 });

const after = (...events: { type: string; data: object }[]): BlobHolder | null =>
  events.reduce<BlobHolder | null>(
    (holder, event, position) =>
      blobHolders.evolve(holder, { event, position, occurredAt: at } as unknown as ProjectedEvent<never>, 'id'),
    null,
  );
const names = (holder: BlobHolder | null, logsSince = at): string[] =>
  holder === null
    ? []
    : namedBy(holder, logsSince).map(({ sha256, isManifest }) => (isManifest ? `${sha256}/` : sha256));

const accepted = {
  type: 'JobAccepted',
  data: { jobId, inputs: { a: { kind: 'file', blob: blob('input') }, b: { kind: 'url', url: 'http://a/' } } },
};
const task = (more: object) => ({
  type: 'TaskCompleted',
  data: { jobId, ingested: null, artifacts: [], plan: null, result: null, log: null, ...more },
});
const ingested = task({ ingested: { blob: blob('fetched') } });
const made = task({
  artifacts: [
    { blob: blob('film'), kind: 'file' },
    { blob: blob('hls'), kind: 'bundle' },
  ],
  plan: { blob: blob('plan') },
  result: { inline: 1 },
  log: blob('log'),
});
const failed = { type: 'TaskFailed', data: { jobId, log: blob('log of failure') } };
const completed = { type: 'JobCompleted', data: { jobId, outputs: [], result: { blob: blob('result') } } };
const cancelled = { type: 'JobCancelled', data: { jobId } };

it('names what a running job reads and has made', () => {
  expect(names(after(accepted, ingested, failed, made)).toSorted()).toEqual(
    ['input', 'fetched', 'film', 'hls/', 'plan', 'log', 'log of failure'].toSorted(),
  );
});

it('names only plan, result and logs when the job has ended, and no logs when their time is over', () => {
  const job = after(accepted, ingested, made, completed);
  expect(names(job)).toEqual(['plan', 'result', 'log']);
  expect(names(job, long)).toEqual(['plan', 'result']);
  expect(names(after(accepted, made, cancelled, ingested))).toEqual(['plan', 'log']);
  expect(after(accepted, made, completed, { type: 'JobExpired', data: { jobId } })).toBeNull();
});

it('names a file until it is deleted, and the manifest of a folder', () => {
  const stored = (main: string | null) => ({
    type: 'AssetStored',
    data: { fileId, blob: blob('f'), main, expiresAt: long },
  });
  expect(names(after(stored(null)))).toEqual(['f']);
  expect(names(after(stored('index.m3u8')))).toEqual(['f/']);
  expect(after(stored(null))?.expiresAt).toBe(long);
  expect(after(stored(null), { type: 'AssetDeleted', data: { fileId } })).toBeNull();
});

it('names the thumbnail of a file until the file is deleted', () => {
  const stored = { type: 'AssetStored', data: { fileId, blob: blob('film'), main: null, expiresAt: null } };
  const pictured = (thumbnail: object | null) => ({ type: 'AssetThumbnailMade', data: { fileId, thumbnail } });
  expect(names(after(stored, pictured(blob('small'))))).toEqual(['film', 'small']);
  expect(names(after(stored, pictured(null)))).toEqual(['film']);
  expect(after(stored, pictured(blob('small')), { type: 'AssetDeleted', data: { fileId } })).toBeNull();
});

it('names the payload of a delivery for as long as logs are kept', () => {
  const scheduled = (payload: object) => ({ type: 'DeliveryScheduled', data: { deliveryId, payload } });
  expect(names(after(scheduled({ blob: blob('payload') })))).toEqual(['payload']);
  expect(names(after(scheduled({ blob: blob('payload') })), long)).toEqual([]);
  expect(after(scheduled({ inline: {} }))).toBeNull();
});

it('names the frames of a review until it is decided, and then for as long as logs are kept', () => {
  const opened = { type: 'ReviewOpened', data: { reviewId: 'rev_0000', jobId, frames: { manifest: blob('frames') } } };
  const decided = { type: 'ReviewDecided', data: { reviewId: 'rev_0000', jobId } };
  const withdrawn = { ...decided, type: 'ReviewWithdrawn' };
  expect(names(after(opened), long)).toEqual(['frames/']);
  for (const end of [decided, withdrawn]) {
    expect(names(after(opened, end))).toEqual(['frames/']);
    expect(names(after(opened, end), long)).toEqual([]);
  }
  expect(after({ ...opened, data: { ...opened.data, frames: null } }, decided)).toBeNull();
});

it('keeps one document for each file, job and delivery', () => {
  const keyOf = (data: object) => blobHolders.keys({ event: { data } } as unknown as ProjectedEvent<never>);
  expect(keyOf({ reviewId: 'rev_0000', jobId })).toEqual(['rev_0000']);
  expect([keyOf({ fileId }), keyOf({ deliveryId, jobId }), keyOf({ jobId, n: 1 })]).toEqual([
    [fileId],
    [deliveryId],
    [jobId],
  ]);
});
