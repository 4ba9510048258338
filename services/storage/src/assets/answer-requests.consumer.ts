import { readBlob } from '@ffapi/blob';
import { assetStream, type Actor, type AssetStoredData, type StoredFile } from '@ffapi/contracts';
import { refuse } from '@ffapi/es';
import { commander, type RequestHandlers, type ServiceContext, type SettingsNow } from '@ffapi/service-kit';
import { assetDecider, undescribed } from './asset.decider.ts';
import { mediaOf, statusOf } from './asset-media.ts';
import { headBytes, type AdmitFile } from '../ingest/index.ts';
import { FileThumbnails } from './file-thumbnails.runner.ts';
import { AssetDirectory, type DirectoryAsset } from './asset-directory.state.ts';
import type { StorageQuota } from '../quota/index.ts';

const hourMs = 3600 * 1000;

const fileOf = (asset: DirectoryAsset): StoredFile => ({
  ...asset.stored,
  media: mediaOf(asset),
  mediaStatus: statusOf(asset),
  mediaReason: asset.probe?.reason ?? null,
  createdAt: asset.createdAt,
  ...(asset.description ?? undescribed),
});

/** What the storage service answers about files. */
export const assetRequests = (
  context: ServiceContext,
  {
    admit,
    quota,
    settings,
  }: { readonly admit: AdmitFile; readonly quota: StorageQuota; readonly settings: SettingsNow },
): RequestHandlers => {
  const decide = commander(context, assetDecider, assetStream);

  const assets = new AssetDirectory(context.store);

  const ownAsset = async (fileId: string, actor: Actor): Promise<DirectoryAsset> => {
    const found = await assets.find(fileId);
    if (!found) return refuse('file_not_found', { file_id: fileId });
    const { apiKeyId, expiresAt } = found.stored;
    const isExpired = expiresAt !== null && expiresAt <= context.now();
    if (isExpired || (!actor.isAdmin && apiKeyId !== actor.keyId)) return refuse('file_not_found', { file_id: fileId });
    return found;
  };
  const ownFile = async (fileId: string, actor: Actor): Promise<StoredFile> => fileOf(await ownAsset(fileId, actor));
  const thumbnails = new FileThumbnails(context, assets);

  const headOf = async (blob: StoredFile['blob']): Promise<Buffer> => {
    if (blob.sizeBytes === 0) return Buffer.alloc(0);
    const end = Math.min(headBytes, blob.sizeBytes) - 1;
    return readBlob(context.blobs, blob, { range: { start: 0, end } });
  };

  return {
    'asset.resolve': async ({ fileId, actor }) => ({ file: await ownFile(fileId, actor) }),
    'asset.thumbnail': async ({ fileId, actor }) => ({
      thumbnail: await thumbnails.of(await ownAsset(fileId, actor)),
    }),
    'asset.store': async ({ fileId, actor, name, blob }) => {
      const admitted = await admit({ name, head: await headOf(blob), open: () => context.blobs.get(blob) });
      await quota.reserve({ keyId: actor.keyId, fileId, bytes: blob.sizeBytes });
      const now = context.now();
      const asset: AssetStoredData = {
        fileId,
        apiKeyId: actor.keyId,
        ...admitted,
        blob,
        sizeBytes: blob.sizeBytes,
        media: null,
        main: null,
        origin: { kind: 'upload' },
        expiresAt: new Date(Date.parse(now) + settings().retention_hours * hourMs).toISOString(),
      };
      const { keyId: causationId, origin } = actor;
      const command = { type: 'StoreAsset', asset } as const;
      const { commit } = await decide(fileId, command, { causationId, origin, occurredAt: now, assumeNew: true });
      if (!commit) {
        // Stored before, by a request of the same key: that is the file, if it is still there.
        await quota.release(actor.keyId, fileId);
        return { file: await ownFile(fileId, actor), position: 0 };
      }
      await quota.confirm(actor.keyId, fileId, commit.position);
      return {
        file: fileOf({ stored: asset, createdAt: commit.occurredAt }),
        position: commit.position,
      };
    },
    'asset.describe': async ({ fileId, actor, tags, removeTags, metadata }) => {
      await ownFile(fileId, actor);
      const command = { type: 'DescribeAsset', tags, removeTags, metadata, by: actor.keyId } as const;
      const { commit } = await decide(fileId, command, { causationId: actor.keyId, origin: actor.origin });
      assets.forget(fileId);
      return { file: await ownFile(fileId, actor), position: commit?.position ?? 0 };
    },
    'asset.reserve': async ({ fileId, apiKeyId, bytes }) => {
      await quota.reserve({ keyId: apiKeyId, fileId, bytes });
      return { isLimited: quota.isLimited(apiKeyId) };
    },
    'asset.release': async ({ fileId, apiKeyId }) => {
      await quota.release(apiKeyId, fileId);
      return {};
    },
    'asset.use': ({ apiKeyId }) => quota.use(apiKeyId),
    'asset.delete': async ({ fileId, actor, reason }) => {
      await ownFile(fileId, actor);
      const command = { type: 'DeleteAsset', by: actor.keyId, reason } as const;
      const { commit } = await decide(fileId, command, { causationId: actor.keyId, origin: actor.origin });
      assets.forget(fileId);
      return { position: commit?.position ?? 0 };
    },
  };
};
