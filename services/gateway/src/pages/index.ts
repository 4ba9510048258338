export { openPages, type DocRoute } from './doc.handlers.ts';
