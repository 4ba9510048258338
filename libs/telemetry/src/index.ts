export * from './logger.ts';
export * from './host-metrics.ts';
export * from './metric-table.ts';
export * from './metrics.ts';
export * from './trace-context.ts';
export * from './tracing.ts';
