export * from './gateway.service.ts';
export { resetSettings } from './platform/index.ts';
