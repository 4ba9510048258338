export { openPresets, namingPresets, withPreset } from './preset.handlers.ts';
