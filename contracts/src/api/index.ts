export * from './key-resources.ts';
export * from './perf-resources.ts';
export * from './resources.ts';
export * from './route.ts';
export * from './routes.ts';
export type { PresetResource } from './routes/preset-routes.ts';
export * from './submit.ts';
export * from './webhook-calls.ts';
export * from './webhook-resources.ts';
