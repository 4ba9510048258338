import { createHash, createVerify, generateKeyPairSync } from 'node:crypto';
import { BlobNotFound } from '@ffapi/blob';
import { expect, it, vi } from 'vitest';
import { createGcsBlobStore, type GcsBlobStoreOptions } from './index.ts';

const key = { sha256: 'ab'.repeat(32) };
const path = `/films/blobs/ab/ab/${key.sha256}`;
const email = 'media@films.iam.gserviceaccount.com';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const credentials = {
  type: 'service_account',
  client_email: email,
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
};
const linkOf = async (options: Partial<GcsBlobStoreOptions> = {}, lifetimeMs = 90_000): Promise<URL | null> => {
  const store = createGcsBlobStore({ bucket: 'films', credentials, ...options });
  const contentDisposition = `attachment; filename="a b.mp4"; filename*=UTF-8''%C3%A4%20b.mp4`;
  const link = await store.directLink(key, { contentType: 'video/mp4', contentDisposition, lifetimeMs });
  store.close();
  return link === null ? null : new URL(link);
};

it.each([
  [undefined, 'storage.googleapis.com'],
  ['http://fake-gcs:4443', null],
  ['http://fake-gcs.media.svc:4443', null],
  ['http://127.0.0.1:4443', '127.0.0.1'],
  ['https://storage-films.p.googleapis.com', 'storage-films.p.googleapis.com'],
])('a link to %s leads to %s', async (endpoint, host) => {
  const link = await linkOf({ endpoint });
  expect(link?.hostname ?? null).toBe(host);
  if (link) expect(link.pathname).toBe(path);
});

it('a link leads to the address that clients use', async () => {
  const link = await linkOf({ endpoint: 'http://fake-gcs:4443', publicEndpoint: 'https://files.example.org/' });
  expect(`${link?.origin}${link?.pathname}`).toBe(`https://files.example.org${path}`);
});

it('a link leads nowhere that only a variable of the SDK names', async () => {
  vi.stubEnv('STORAGE_EMULATOR_HOST', 'http://127.0.0.1:9');
  expect((await linkOf())?.origin).toBe('https://storage.googleapis.com');
  vi.unstubAllEnvs();
});

/**
 * Step by step as Google documents it: https://cloud.google.com/storage/docs/authentication/signatures and
 * https://cloud.google.com/storage/docs/authentication/canonical-requests.
 */
it('a link is signed as Google documents it, to read one object', async () => {
  const link = await linkOf();
  const asked = (name: string): string => link?.searchParams.get(name) ?? '';
  const stamp = asked('X-Goog-Date');
  expect(stamp).toMatch(/^\d{8}T\d{6}Z$/);
  const scope = `${stamp.slice(0, 8)}/auto/storage/goog4_request`;
  const signedQuery = [
    'X-Goog-Algorithm=GOOG4-RSA-SHA256',
    `X-Goog-Credential=${encodeURIComponent(`${email}/${scope}`)}`,
    `X-Goog-Date=${stamp}`,
    'X-Goog-Expires=90',
    'X-Goog-SignedHeaders=host',
    'response-content-disposition=' +
      'attachment%3B%20filename%3D%22a%20b.mp4%22%3B%20filename%2A%3DUTF-8%27%27%25C3%25A4%2520b.mp4',
    'response-content-type=video%2Fmp4',
  ];
  const request = [
    'GET',
    path,
    signedQuery.join('&'),
    'host:storage.googleapis.com\n',
    'host',
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const text = ['GOOG4-RSA-SHA256', stamp, scope, createHash('sha256').update(request).digest('hex')].join('\n');
  const isSigned = (message: string): boolean =>
    createVerify('RSA-SHA256').update(message).verify(publicKey, asked('X-Goog-Signature'), 'hex');
  expect(isSigned(text)).toBe(true);
  expect(isSigned(text.replace(scope, scope.replace('auto', 'us')))).toBe(false);
});

it.each([
  [1, '1'],
  [604_800_000, '604800'],
])('a link of %i ms lives %s seconds', async (lifetimeMs, seconds) =>
  expect((await linkOf({}, lifetimeMs))?.searchParams.get('X-Goog-Expires')).toBe(seconds),
);

it.each([
  ['the role of a machine', undefined],
  [
    "a user's credentials",
    { type: 'authorized_user', client_id: 'one', client_secret: 'secret', refresh_token: 'token' },
  ],
])('nothing can be signed with %s', async (_, other) => expect(await linkOf({ credentials: other })).toBeNull());

it('no digest, no link', async () => {
  const store = createGcsBlobStore({ bucket: 'films', credentials });
  const options = { contentType: 'video/mp4', contentDisposition: 'inline', lifetimeMs: 1 };
  await expect(store.directLink({ sha256: '../x' }, options)).rejects.toBeInstanceOf(BlobNotFound);
  store.close();
});
