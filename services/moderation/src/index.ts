export * from './moderation.service.ts';
