export * from './blob-http-handler.ts';
export * from './http-blob-store.ts';
export * from './token.ts';
