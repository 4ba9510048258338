export { userFileHeaders } from './content-disposition.ts';
export { openFiles } from './file.handlers.ts';
export type { FileReads } from './file-ports.ts';
export { type FileDocument, files } from './files.projection.ts';
export { newestNamed } from './find-file.http.ts';
export { type SentFile, readForm, storePart } from './store-part.http.ts';
