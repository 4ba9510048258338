export * from './blob-ref.ts';
export * from './event.ts';
export * from './file-name.ts';
export * from './ids.ts';
export * from './misspelt.ts';
export * from './stream.ts';
export * from './subject.ts';
export * from './table.ts';
