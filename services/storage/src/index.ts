export * from './storage.service.ts';
