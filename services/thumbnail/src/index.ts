export * from './thumbnail.service.ts';
