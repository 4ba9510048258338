export * from './commit-record.ts';
export * from './decider.ts';
export * from './event-store.ts';
export * from './evolve-by.ts';
export * from './handle-command.ts';
export * from './projection.ts';
export * from './stream-patterns.ts';
export * from './upcasting.ts';
