export * from './gateway.service.ts';
