export { ShareDownloads } from './share-downloads.state.ts';
export { shareHandlers } from './share.handlers.ts';
export { shares } from './shares.projection.ts';
