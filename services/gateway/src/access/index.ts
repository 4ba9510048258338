export { adminKeyId, createAccess, type Access } from './access.http.ts';
export { followKeys, type KeyDirectory } from './key-directory.state.ts';
export { createRateLimit, type RateLimit } from './rate-limit.state.ts';
export { StandingCalls } from './standing-calls.state.ts';
