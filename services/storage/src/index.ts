export { scannerHealth } from './ingest/index.ts';
export * from './storage.service.ts';
