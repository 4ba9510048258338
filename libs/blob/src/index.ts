export * from './blob-store.ts';
export * from './digest.ts';
export * from './failures.ts';
export * from './is-found.ts';
export * from './memory.ts';
export type * from './open-backend.ts';
export * from './plain-file.ts';
export * from './read-blob.ts';
export * from './unbroken.ts';
