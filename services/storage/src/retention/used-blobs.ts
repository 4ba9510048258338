import type { BlobHolder, HeldBlob } from './blob-holders.projection.ts';

/** What a holder still names: its logs only for as long as logs are kept. */
export const namedBy = (holder: BlobHolder, logsSince: string): readonly HeldBlob[] => {
  const hasLogs = holder.loggedSince === null || holder.loggedSince >= logsSince;
  return [...holder.kept, ...holder.working, ...(hasLogs ? holder.logs : [])];
};
