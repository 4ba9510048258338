export * from './load-config.ts';
export { pendingSettings, retiredSettings, settings, type Config, type Setting, type SettingName } from './settings.ts';
