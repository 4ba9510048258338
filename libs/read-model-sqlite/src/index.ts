export * from './sqlite-read-model.ts';
