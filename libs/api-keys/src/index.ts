export * from './key-text.ts';
export * from './key-state.ts';
export * from './key-ring.ts';
export * from './key.decider.ts';
export * from './address-ranges.ts';
export * from './grant.ts';
export * from './order-key.ts';
