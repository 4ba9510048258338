import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { MultipartFile } from '@fastify/multipart';
import { Refusal } from '@ffapi/es';
import type { ServiceContext } from '@ffapi/service-kit';
import { expect, it } from 'vitest';
import type { Caller } from '../identity/caller.ts';
import { storePart } from './store-part.http.ts';

it('tells that there is no room also when that is known before the store has begun to read', async () => {
  const asked: string[] = [];
  let reserved = 0;
  const request = async (name: string): Promise<unknown> => {
    asked.push(name);
    if (name !== 'asset.reserve') return {};
    if (++reserved > 1) throw new Refusal('quota_storage');
    return { isLimited: true };
  };
  const put = async (body: Readable): Promise<never> => {
    while (body.errored === null) await turn();
    // The error has been told to whoever listened.
    for (let turns = 0; turns < 3; turns++) await turn();
    for await (const _ of body) continue;
    throw new Error('it was read to its end');
  };
  const context = {
    newId: () => 'file_1',
    openSettings: async () => () => ({ max_file_size_mb: 10 }),
    request,
    blobs: { put },
  } as unknown as ServiceContext;
  const part = { file: Readable.from([Buffer.alloc(4 << 20)]), filename: 'a.wav' } as unknown as MultipartFile;
  const upload = { caller: { keyId: 'key_1' } as Caller, announcedBytes: null };
  await expect(storePart(context, upload, part)).rejects.toMatchObject({ code: 'quota_storage' });
  expect(asked).toEqual(['asset.reserve', 'asset.reserve', 'asset.release']);
});
