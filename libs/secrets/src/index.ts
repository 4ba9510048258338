export * from './file-secret-store.ts';
export * from './key-file.ts';
export * from './message-signature.ts';
export * from './secrets.ts';
export * from './signed-path.ts';
