export { userFileHeaders } from './content-disposition.ts';
export { fileHandlers } from './file.handlers.ts';
export { type FileDocument, files } from './files.projection.ts';
export { newestNamed } from './find-file.http.ts';
export { type SentFile, readForm, storePart } from './store-part.http.ts';
