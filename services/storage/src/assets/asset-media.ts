import { isShowable, type AssetStoredData, type MediaStatus, type MediaSummary } from '@ffapi/contracts';
import type { AssetProbe } from './asset.decider.ts';

interface Looked {
  readonly stored: Pick<AssetStoredData, 'origin' | 'media'>;
  readonly probe?: AssetProbe | undefined;
}

/** The facts of a file: those it came with, or what a look at it has found. */
export const mediaOf = ({ stored, probe }: Looked): MediaSummary | null => stored.media ?? probe?.media ?? null;

/** What jobs make was looked at when it was made; an upload is looked at when it is there. */
export const statusOf = (file: Looked): MediaStatus => {
  if (isShowable(mediaOf(file))) return 'ready';
  return file.stored.origin.kind === 'upload' && file.probe === undefined ? 'pending' : 'none';
};
