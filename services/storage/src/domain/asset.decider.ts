import type { AssetEvent, AssetStoredData } from '@ffapi/contracts';
import { refuse, type Decider } from '@ffapi/es';

export type AssetCommand =
  | { readonly type: 'StoreAsset'; readonly asset: AssetStoredData }
  | { readonly type: 'DeleteAsset'; readonly by: string; readonly reason: string };

export interface AssetState {
  readonly status: 'none' | 'stored' | 'deleted';
  readonly stored: AssetStoredData | null;
}

const decide = (command: AssetCommand, state: AssetState): readonly AssetEvent[] => {
  if (command.type === 'StoreAsset') {
    return state.status === 'none' ? [{ type: 'AssetStored', version: 1, data: command.asset }] : [];
  }
  if (state.status === 'deleted') return [];
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

const evolve = (state: AssetState, event: AssetEvent): AssetState =>
  event.type === 'AssetStored' ? { status: 'stored', stored: event.data } : { ...state, status: 'deleted' };

/** A stored file: stored once under its id, deleted once. */
export const assetDecider: Decider<AssetCommand, AssetEvent, AssetState> = {
  initialState: { status: 'none', stored: null },
  decide,
  evolve,
};
