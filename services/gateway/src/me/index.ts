export { meHandlers } from './me.handlers.ts';
