export * from './file-secret-store.ts';
export * from './key-file.ts';
export * from './message-signature.ts';
export * from './secrets.ts';
export { signUntil, verifyUntil } from './expiring-signature.ts';
export * from './signed-path.ts';
