export * from './load-config.ts';
export { pendingSettings, retiredSettings, settings, type Config, type SettingName } from './settings.ts';
export type { ModerationProviderName } from './moderation-settings.ts';
export { translators } from './translation-settings.ts';
export type { StorageBackendName } from './storage-settings.ts';
export type { Setting } from './setting.ts';
export { toolSettingNames } from './tool-settings.ts';
