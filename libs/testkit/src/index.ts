export * from './ferretdb.ts';
export * from './free-ports.ts';
export * from './gpu-double.ts';
export * from './nats.ts';
