export * from './event-store.ts';
export * from './relay.ts';
