export * from './audio.service.ts';
