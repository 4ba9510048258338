export * from './commit-of.ts';
export * from './event-store.suite.ts';
export * from './scenario.ts';
export * from './memory-event-store.ts';
