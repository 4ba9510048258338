import type { ShareCreatedData, ShareEvent } from '@ffapi/contracts';
import { evolveBy, refuse, type Decider } from '@ffapi/es';

export type ShareCommand =
  | { readonly type: 'CreateShare'; readonly share: ShareCreatedData }
  | { readonly type: 'RecordDownloads'; readonly downloads: number; readonly now: string }
  | { readonly type: 'RevokeShare'; readonly by: string };

export interface ShareState {
  /** `null`: there never was one. */
  readonly share: ShareCreatedData | null;
  readonly downloads: number;
  readonly isRevoked: boolean;
}

export type ShareStatus = 'active' | 'expired' | 'used_up';

/** Whether a share still leads to its file, as far as it can tell by itself. */
export const statusOf = (
  { downloadsMax, expiresAt }: Pick<ShareCreatedData, 'downloadsMax' | 'expiresAt'>,
  downloads: number,
  now: string,
): ShareStatus => {
  if (expiresAt !== null && expiresAt <= now) return 'expired';
  return downloadsMax !== null && downloads >= downloadsMax ? 'used_up' : 'active';
};

const decide = (command: ShareCommand, { share, downloads, isRevoked }: ShareState): readonly ShareEvent[] => {
  if (command.type === 'CreateShare') return share ? [] : [{ type: 'ShareCreated', version: 1, data: command.share }];
  if (!share || isRevoked) return refuse('share_not_found');
  const { shareId, apiKeyId, downloadsMax } = share;
  if (command.type === 'RevokeShare')
    return [{ type: 'ShareRevoked', version: 1, data: { shareId, apiKeyId, by: command.by } }];
  // What an unlimited one has given was given: it is counted, also after its end.
  if (downloadsMax !== null && statusOf(share, downloads, command.now) !== 'active') return refuse('share_not_found');
  return [{ type: 'ShareDownloaded', version: 1, data: { shareId, apiKeyId, downloads: command.downloads } }];
};

const evolve = evolveBy<ShareEvent, ShareState>({
  ShareCreated: (state, share) => ({ ...state, share }),
  ShareDownloaded: (state, { downloads }) => ({ ...state, downloads: state.downloads + downloads }),
  ShareRevoked: (state) => ({ ...state, isRevoked: true }),
});

/** A shared file: fetched no more often than it may be, until it ends or is taken back. */
export const shareDecider: Decider<ShareCommand, ShareEvent, ShareState> = {
  initialState: { share: null, downloads: 0, isRevoked: false },
  decide,
  evolve,
};
