export * from './subtitle.service.ts';
export { setupTranslate } from './translate.service.ts';
