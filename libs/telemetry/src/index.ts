export * from './logger.ts';
export * from './trace-context.ts';
