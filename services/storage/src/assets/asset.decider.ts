import type { AssetDescription, AssetEvent, AssetStoredData, BlobRef } from '@ffapi/contracts';
import { evolveBy, refuse, type Decider } from '@ffapi/es';

export type AssetCommand =
  | { readonly type: 'StoreAsset'; readonly asset: AssetStoredData }
  | { readonly type: 'RecordProbe'; readonly probe: AssetProbe }
  | { readonly type: 'RecordThumbnail'; readonly thumbnail: BlobRef | null }
  | ({ readonly type: 'DescribeAsset'; readonly by: string } & DescriptionChange)
  | { readonly type: 'DeleteAsset'; readonly by: string; readonly reason: string };

/** What an upload was found to be. */
export type AssetProbe = Pick<Extract<AssetEvent, { type: 'AssetProbed' }>['data'], 'media' | 'reason'>;

export interface AssetState {
  readonly status: 'none' | 'stored' | 'deleted';
  readonly stored: AssetStoredData | null;
  readonly probe?: AssetProbe | undefined;
  /** `null`: the file gives none; absent: nobody has asked for it yet. */
  readonly thumbnail?: BlobRef | null | undefined;
  /** Absent: nobody has said anything of it. */
  readonly description?: AssetDescription | undefined;
}

/** Of a file of which nobody has said anything. */
export const undescribed: AssetDescription = { tags: [], metadata: {} };

/** Tags to add and to remove, members of the metadata to set, or with `null` to remove. */
export interface DescriptionChange {
  readonly tags: readonly string[];
  readonly removeTags: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

const tagsMax = 50;
const metadataBytesMax = 4096;

const describe = (
  { tags, removeTags, metadata, by }: DescriptionChange & { readonly by: string },
  { stored, description = undescribed }: AssetState,
): readonly AssetEvent[] => {
  if (!stored) return refuse('file_not_found');
  const next: AssetDescription = {
    tags: [...new Set([...description.tags, ...tags])].filter((tag) => !removeTags.includes(tag)),
    metadata: Object.fromEntries(
      Object.entries({ ...description.metadata, ...metadata }).filter(([, value]) => value !== null),
    ),
  };
  if (JSON.stringify(next) === JSON.stringify(description)) return [];
  const bytes = Buffer.byteLength(JSON.stringify(next.metadata));
  if (next.tags.length > tagsMax || bytes > metadataBytesMax) return refuse('file_description_full');
  const { fileId, apiKeyId } = stored;
  return [{ type: 'AssetDescribed', version: 1, data: { fileId, apiKeyId, ...next, by } }];
};

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
  if (state.status === 'deleted') return command.type === 'DescribeAsset' ? refuse('file_not_found') : [];
  if (command.type === 'RecordProbe') return recordProbe(command.probe, state);
  if (command.type === 'RecordThumbnail') return recordThumbnail(command.thumbnail, state);
  if (command.type === 'DescribeAsset') return describe(command, state);
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
  AssetDescribed: (state, { tags, metadata }) => ({ ...state, description: { tags, metadata } }),
  AssetDeleted: (state) => ({ ...state, status: 'deleted' }),
});

/** A stored file: stored once under its id, looked at once, pictured once, described anew as often as people like, deleted once. */
export const assetDecider: Decider<AssetCommand, AssetEvent, AssetState> = {
  initialState: { status: 'none', stored: null },
  decide,
  evolve,
};
