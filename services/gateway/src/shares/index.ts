export { ShareDownloads } from './share-downloads.state.ts';
export type { ShareReads } from './share-ports.ts';
export { openShares } from './share.handlers.ts';
export { shares } from './shares.projection.ts';
