import { assetStream, hasThumbnail, type BlobRef } from '@ffapi/contracts';
import { commander, type ServiceContext } from '@ffapi/service-kit';
import { assetDecider } from './asset.decider.ts';
import { mediaOf } from './asset-media.ts';
import type { DirectoryAsset, AssetDirectory } from './asset-directory.state.ts';

const makeMsMax = 60_000;

/** The small pictures of files: each is made when somebody first asks for it, and kept as long as its file. */
export class FileThumbnails {
  readonly #context: ServiceContext;
  readonly #assets: AssetDirectory;
  readonly #making = new Map<string, Promise<BlobRef | null>>();

  constructor(context: ServiceContext, assets: AssetDirectory) {
    this.#context = context;
    this.#assets = assets;
  }

  /** `null`: the file shows nothing. Rejects with `unavailable` where no worker is there to look. */
  async of(asset: DirectoryAsset): Promise<BlobRef | null> {
    const { fileId, main } = asset.stored;
    if (asset.thumbnail !== undefined) return asset.thumbnail;
    if (!hasThumbnail(main, mediaOf(asset))) return null;
    const making = this.#making.get(fileId) ?? this.#make(asset).finally(() => this.#making.delete(fileId));
    this.#making.set(fileId, making);
    return making;
  }

  async #make({ stored: { fileId, blob } }: DirectoryAsset): Promise<BlobRef | null> {
    const { thumbnail } = await this.#context.request('media.thumbnail', { blob }, makeMsMax);
    const decide = commander(this.#context, assetDecider, assetStream);
    await decide(fileId, { type: 'RecordThumbnail', thumbnail }, { causationId: 'thumbnail' });
    this.#assets.forget(fileId);
    return thumbnail;
  }
}
