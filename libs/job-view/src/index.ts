export * from './file-resource.ts';
export * from './job-progress.ts';
export * from './job-resource.ts';
export * from './jobs.projection.ts';
export * from './links.ts';
export * from './history.ts';
