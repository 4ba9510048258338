export * from './event-store.suite.ts';
export * from './given.ts';
export * from './memory-event-store.ts';
