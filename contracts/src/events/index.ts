export * from './shapes.ts';
export * from './job.ts';
export * from './task.ts';
export * from './asset.ts';
export * from './webhook.ts';
export * from './perf.ts';
export * from './preset.ts';
export * from './key.ts';
