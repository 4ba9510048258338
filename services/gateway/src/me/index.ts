export { openMe } from './me.handlers.ts';
