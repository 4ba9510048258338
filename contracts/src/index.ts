export * from './kernel/index.ts';
export * from './events/index.ts';
export * from './commands/index.ts';
