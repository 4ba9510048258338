export * from './load-config.ts';
export { pendingSettings, retiredSettings, settings, type Config, type SettingName } from './settings.ts';
export type { Setting } from './setting.ts';
