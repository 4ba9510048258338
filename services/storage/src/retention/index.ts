export { blobHolders } from './blob-holders.projection.ts';
export { startCleanUp } from './clean-up.runner.ts';
