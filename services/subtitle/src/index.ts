export * from './subtitle.service.ts';
