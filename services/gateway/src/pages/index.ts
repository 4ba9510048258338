export { docHandlers, type DocRoute } from './doc.handlers.ts';
