import { BlobNotFound } from '@ffapi/blob';
import { expect, it } from 'vitest';
import { createAzureBlobStore, type AzureBlobStoreOptions } from './index.ts';

const key = { sha256: 'ab'.repeat(32) };
const account = { name: 'films', key: Buffer.from('a key').toString('base64') };
const linkAt = async (options: Partial<AzureBlobStoreOptions>, lifetimeMs = 60_000): Promise<URL | null> => {
  const store = createAzureBlobStore({ account, container: 'media', ...options });
  const link = await store.directLink(key, { contentType: 'video/mp4', contentDisposition: 'inline', lifetimeMs });
  store.close();
  return link === null ? null : new URL(link);
};

it.each([
  [undefined, 'films.blob.core.windows.net'],
  ['http://azurite:10000/films', null],
  ['http://azurite.media.svc:10000/films', null],
  ['http://127.0.0.1:10000/films', '127.0.0.1'],
  ['https://files.example.org', 'files.example.org'],
])('a link to %s leads to %s', async (endpoint, host) => {
  const link = await linkAt({ endpoint });
  expect(link?.hostname ?? null).toBe(host);
  if (link) expect(link.pathname).toMatch(new RegExp(`/media/blobs/ab/ab/${key.sha256}$`));
});

it('a link leads to the address that clients use', async () => {
  const link = await linkAt({ endpoint: 'http://azurite:10000/films', publicEndpoint: 'https://files.example.org/' });
  expect(`${link?.origin}${link?.pathname}`).toBe(`https://files.example.org/media/blobs/ab/ab/${key.sha256}`);
});

it('a link lets one blob be read, as what and for as long as is asked for', async () => {
  const link = await linkAt({}, 90_000);
  const asked = (name: string) => link?.searchParams.get(name);
  expect(['sr', 'sp', 'rsct', 'rscd'].map(asked)).toEqual(['b', 'r', 'video/mp4', 'inline']);
  const leftMs = Date.parse(asked('se') ?? '') - Date.now();
  expect(leftMs).toBeGreaterThan(80_000);
  expect(leftMs).toBeLessThanOrEqual(90_000);
});

it('nothing can be signed where a connection string has no key', async () => {
  const connectionString = 'BlobEndpoint=https://films.blob.core.windows.net;SharedAccessSignature=sv=2025-01-05&sig=x';
  expect(await linkAt({ account: { connectionString } })).toBeNull();
});

it('no digest, no link', async () => {
  const store = createAzureBlobStore({ account, container: 'media' });
  const options = { contentType: 'video/mp4', contentDisposition: 'inline', lifetimeMs: 1 };
  await expect(store.directLink({ sha256: '../x' }, options)).rejects.toBeInstanceOf(BlobNotFound);
  store.close();
});
