export { StorageQuota } from './storage-quota.state.ts';
export { storedBytes } from './stored-bytes.projection.ts';
