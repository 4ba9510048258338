import { expect, it } from 'vitest';
import { createS3BlobStore } from './index.ts';

const key = { sha256: 'ab'.repeat(32) };
const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
const linkAt = async (addresses: { endpoint?: string; publicEndpoint?: string }, lifetimeMs = 60_000) => {
  const store = createS3BlobStore({ bucket: 'media', region: 'us-east-1', credentials, ...addresses });
  const link = await store.directLink(key, { contentType: 'video/mp4', contentDisposition: 'inline', lifetimeMs });
  store.close();
  return link === null ? null : new URL(link);
};

it.each([
  ['http://minio:9000', null],
  ['http://minio.media.svc:9000', null],
  ['http://minio.media.svc.cluster.local', null],
  ['http://store.internal', null],
  ['http://localhost:9000', 'media.localhost'],
  ['http://127.0.0.1:9000', '127.0.0.1'],
  ['http://[::1]:9000', '[::1]'],
  ['https://account.r2.cloudflarestorage.com', 'media.account.r2.cloudflarestorage.com'],
])('a link to %s leads to %s', async (endpoint, host) => {
  expect((await linkAt({ endpoint }))?.hostname ?? null).toBe(host);
});

it('a link leads to the address that clients use', async () => {
  const link = await linkAt({ endpoint: 'http://minio:9000', publicEndpoint: 'https://files.example.org' });
  expect(link?.hostname).toBe('media.files.example.org');
});

it('a link lives as long as is asked for, and no longer than a signature can', async () => {
  const lifetime = async (lifetimeMs: number) => (await linkAt({}, lifetimeMs))?.searchParams.get('X-Amz-Expires');
  expect(await lifetime(90_000)).toBe('90');
  expect(await lifetime(0)).toBe('1');
  expect(await lifetime(30 * 24 * 3600_000)).toBe('604800');
});
