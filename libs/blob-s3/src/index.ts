export * from './open-backend.ts';
export * from './s3-blob-store.ts';
