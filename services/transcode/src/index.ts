export * from './transcode.service.ts';
export { setupGpu } from './transcode-gpu.service.ts';
