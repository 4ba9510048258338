export * from './mongo-read-model.ts';
