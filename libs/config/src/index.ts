export * from './load-config.ts';
export { settings, type Config, type Setting, type SettingName } from './settings.ts';
