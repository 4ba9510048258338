export * from './anchors.ts';
export * from './chain.ts';
export * from './durability.ts';
export * from './event-message.ts';
export * from './event-store.ts';
export * from './events-stream.ts';
