export * from './blob-ref.ts';
export * from './event.ts';
export * from './ids.ts';
export * from './stream.ts';
export * from './subject.ts';
