export * from './canonical-json.ts';
export * from './cursor.ts';
export * from './is-read-model-away.ts';
export * from './read-model.ts';
export * from './rebuild.ts';
export * from './run-projection.ts';
export * from './scan-all.ts';
export * from './search.ts';
