export * from './file-blob-store.ts';
