export * from './gcs-blob-store.ts';
export * from './open-backend.ts';
