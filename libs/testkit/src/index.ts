export * from './cache-dir.ts';
export * from './disk-image.ts';
export * from './ferretdb.ts';
export * from './free-ports.ts';
export * from './gpu-double.ts';
export * from './most-at-a-time.ts';
export * from './nats.ts';
export * from './versitygw.ts';
