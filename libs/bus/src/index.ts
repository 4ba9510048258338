export * from './connect.ts';
export * from './counters.ts';
export * from './lease.ts';
export * from './link.ts';
export * from './nats-server.ts';
export * from './pool-runner.ts';
export * from './signals.ts';
export * from './streams.ts';
