export * from './azure-blob-store.ts';
export * from './open-backend.ts';
