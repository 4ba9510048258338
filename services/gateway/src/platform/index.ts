export { gpuEncodersOf, gpuTestStatus, type WorkerLine } from './gpu-health.ts';
export { platformHandlers } from './platform.handlers.ts';
export { resetSettings } from './reset-settings.ts';
export { settingHandlers } from './setting.handlers.ts';
