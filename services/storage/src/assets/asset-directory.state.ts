import {
  assetStream,
  type AssetDescription,
  type AssetEvent,
  type AssetStoredData,
  type BlobRef,
} from '@ffapi/contracts';
import { fold, type EventStore } from '@ffapi/es';
import { assetDecider, type AssetProbe } from './asset.decider.ts';
import { statusOf } from './asset-media.ts';

export interface DirectoryAsset {
  readonly stored: AssetStoredData;
  readonly createdAt: string;
  readonly probe?: AssetProbe | undefined;
  readonly thumbnail?: BlobRef | null | undefined;
  readonly description?: AssetDescription | undefined;
}

const rememberedMs = 2_000;
/** What is about to be looked at is soon known better. */
const pendingMs = 250;
const rememberedMax = 10_000;

/**
 * Looks assets up in the event store, and remembers what it has just seen: many jobs are made from one upload. An
 * asset that was looked at changes only in what people say of it, and ends; what another process did of that is noticed two
 * seconds late at most.
 */
export class AssetDirectory {
  readonly #store: EventStore;
  readonly #seen = new Map<string, { asset: DirectoryAsset; untilMs: number }>();

  constructor(store: EventStore) {
    this.#store = store;
  }

  async find(fileId: string): Promise<DirectoryAsset | null> {
    const known = this.#seen.get(fileId);
    if (known && known.untilMs > performance.now()) return known.asset;
    const { commits } = await this.#store.load<AssetEvent>(assetStream(fileId));
    const { status, stored, probe, thumbnail, description } = fold(assetDecider, commits);
    this.forget(fileId);
    if (status !== 'stored' || !stored) return null;
    const asset = { stored, probe, thumbnail, description, createdAt: commits[0]?.occurredAt ?? '' };
    if (this.#seen.size >= rememberedMax) this.#seen.delete(this.#seen.keys().next().value as string);
    this.#seen.set(fileId, {
      asset,
      untilMs: performance.now() + (statusOf(asset) === 'pending' ? pendingMs : rememberedMs),
    });
    return asset;
  }

  forget(fileId: string): void {
    this.#seen.delete(fileId);
  }
}
