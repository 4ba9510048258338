export { isOwn } from './key-grants.ts';
export { openKeys } from './key.handlers.ts';
