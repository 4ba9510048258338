export { openLegacy } from './open-legacy.handlers.ts';
