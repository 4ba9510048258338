import { assetStream } from '@ffapi/contracts';
import { handleCommand } from '@ffapi/es';
import { createMemoryEventStore } from '@ffapi/es-testing';
import { expect, it } from 'vitest';
import { assetDecider } from './asset.decider.ts';
import { AssetDirectory } from './asset-directory.state.ts';

const fileId = 'file_0000';
const asset = {
  fileId,
  apiKeyId: 'key_a',
  name: 'a.mp4',
  blob: { sha256: 'a'.repeat(64), sizeBytes: 1 },
  sizeBytes: 1,
  contentType: 'video/mp4',
  media: null,
  main: null,
  origin: { kind: 'upload' },
  expiresAt: null,
} as const;
const now = '2026-11-22T10:00:00.000Z';
const context = (commitId: string) => ({ commitId, occurredAt: now, correlationId: fileId, causationId: 'test' });

it('finds what is stored, and nothing after it was deleted here', async () => {
  const store = createMemoryEventStore();
  const assets = new AssetDirectory(store);
  expect(await assets.find(fileId)).toBeNull();
  await handleCommand(store, assetDecider, assetStream(fileId), { type: 'StoreAsset', asset }, context('store'));
  expect(await assets.find(fileId)).toEqual({ stored: asset, createdAt: now });
  const command = { type: 'DeleteAsset', by: 'key_a', reason: 'test' } as const;
  await handleCommand(store, assetDecider, assetStream(fileId), command, context('delete'));
  expect(await assets.find(fileId), 'remembered for a moment').not.toBeNull();
  assets.forget(fileId);
  expect(await assets.find(fileId)).toBeNull();
});
