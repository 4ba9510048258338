import type { AssetEvent, AssetStoredData, BlobRef } from '@ffapi/contracts';
import { evolveBy, refuse, type Decider } from '@ffapi/es';

export type AssetCommand =
  | { readonly type: 'StoreAsset'; readonly asset: AssetStoredData }
  | { readonly type: 'RecordProbe'; readonly probe: AssetProbe }
  | { readonly type: 'RecordThumbnail'; readonly thumbnail: BlobRef | null }
  | { readonly type: 'DeleteAsset'; readonly by: string; readonly reason: string };

/** What an upload was found to be. */
export type AssetProbe = Pick<Extract<AssetEvent, { type: 'AssetProbed' }>['data'], 'media' | 'reason'>;

export interface AssetState {
  readonly status: 'none' | 'stored' | 'deleted';
  readonly stored: AssetStoredData | null;
  readonly probe?: AssetProbe | undefined;
  /** `null`: the file gives none; absent: nobody has asked for it yet. */
  readonly thumbnail?: BlobRef | null | undefined;
}

const recordProbe = (probe: AssetProbe, { stored, probe: known }: AssetState): readonly AssetEvent[] => {
  if (!stored) return refuse('file_not_found');
  if (known) return [];
  const { fileId, apiKeyId } = stored;
  return [{ type: 'AssetProbed', version: 1, data: { fileId, apiKeyId, ...probe } }];
};

const recordThumbnail = (
  thumbnail: BlobRef | null,
  { stored, thumbnail: known }: AssetState,
): readonly AssetEvent[] => {
  if (!stored) return refuse('file_not_found');
  if (known !== undefined) return [];
  const { fileId, apiKeyId } = stored;
  return [{ type: 'AssetThumbnailMade', version: 1, data: { fileId, apiKeyId, thumbnail } }];
};

const decide = (command: AssetCommand, state: AssetState): readonly AssetEvent[] => {
  if (command.type === 'StoreAsset') {
    return state.status === 'none' ? [{ type: 'AssetStored', version: 1, data: command.asset }] : [];
  }
  if (state.status === 'deleted') return [];
  if (command.type === 'RecordProbe') return recordProbe(command.probe, state);
  if (command.type === 'RecordThumbnail') return recordThumbnail(command.thumbnail, state);
  if (!state.stored) return refuse('file_not_found');
  const { fileId, apiKeyId, name, sizeBytes } = state.stored;
  return [
    {
      type: 'AssetDeleted',
      version: 1,
      data: { fileId, apiKeyId, name, sizeBytes, by: command.by, reason: command.reason },
    },
  ];
};

const evolve = evolveBy<AssetEvent, AssetState>({
  AssetStored: (_, stored) => ({ status: 'stored', stored }),
  AssetProbed: (state, { media, reason }) => ({ ...state, probe: { media, reason } }),
  AssetThumbnailMade: (state, { thumbnail }) => ({ ...state, thumbnail }),
  AssetDeleted: (state) => ({ ...state, status: 'deleted' }),
});

/** A stored file: stored once under its id, looked at once, pictured once, deleted once. */
export const assetDecider: Decider<AssetCommand, AssetEvent, AssetState> = {
  initialState: { status: 'none', stored: null },
  decide,
  evolve,
};
