export { startRelay } from './event-store.ts';
export * from './internals.ts';
export * from './keep-up.ts';
export * from './keys.ts';
export * from './projection-lease.ts';
export * from './requests.ts';
export * from './runtime.ts';
export { createSecretBucket } from './secret-bucket.ts';
export * from './service.ts';
