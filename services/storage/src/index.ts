export { scannerHealth } from './ingest/index.ts';
export { checkStored, type StorageCheck } from './retention/index.ts';
export * from './storage.service.ts';
