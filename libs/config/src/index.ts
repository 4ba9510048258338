export * from './load-config.ts';
export { retiredSettings, settings, type Config, type Setting, type SettingName } from './settings.ts';
