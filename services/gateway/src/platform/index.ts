export { gpuEncodersOf, gpuTestStatus, type WorkerLine } from './gpu-health.ts';
export { openPlatform } from './platform.handlers.ts';
export { resetSettings } from './reset-settings.ts';
