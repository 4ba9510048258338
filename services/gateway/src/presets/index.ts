export { presetHandlers, namingPresets, withPreset } from './preset.handlers.ts';
