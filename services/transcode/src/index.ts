export * from './transcode.service.ts';
