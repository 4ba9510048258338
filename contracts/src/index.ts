export * from './access/index.ts';
export * from './api/index.ts';
export * from './commands/index.ts';
export * from './errors/index.ts';
export * from './events/index.ts';
export * from './kernel/index.ts';
export * from './operations/index.ts';
export type { Hardware } from './events/index.ts';
