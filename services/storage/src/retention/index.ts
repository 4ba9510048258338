export { blobHolders } from './blob-holders.projection.ts';
export { checkStored, type StorageCheck } from './repair-storage.runner.ts';
export { startCleanUp } from './clean-up.runner.ts';
