export * from './gateway.service.ts';
export { resetSettings } from './live/reset-settings.ts';
