export * from './file-blob-store.ts';
export * from './open-backend.ts';
