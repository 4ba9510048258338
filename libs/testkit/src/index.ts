export * from './ferretdb.ts';
export * from './free-ports.ts';
export * from './nats.ts';
