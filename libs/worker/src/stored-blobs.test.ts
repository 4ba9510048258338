import { BlobStoreUnavailable, createMemoryBlobStore } from '@ffapi/blob';
import { expect, it } from 'vitest';
import { rememberStored } from './stored-blobs.ts';

it('makes new again what was put, and nothing else', async () => {
  const memory = createMemoryBlobStore();
  const touched: string[] = [];
  const { blobs, renew } = rememberStored({
    ...memory,
    touch: async (key) => {
      touched.push(key.sha256);
      return memory.touch(key);
    },
  });
  await memory.put(Buffer.from('of somebody else'));
  const { sha256 } = await blobs.put(Buffer.from('own'));
  await blobs.put(Buffer.from('own'));
  await renew();
  expect(touched).toEqual([sha256]);
});

it('says when some of it was removed', async () => {
  const memory = createMemoryBlobStore();
  const { blobs, renew } = rememberStored(memory);
  await memory.delete(await blobs.put(Buffer.from('own')));
  await expect(renew()).rejects.toBeInstanceOf(BlobStoreUnavailable);
});
