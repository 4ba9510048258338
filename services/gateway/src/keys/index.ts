export { isOwn } from './key-grants.ts';
export { keyHandlers } from './key.handlers.ts';
