export { userFileHeaders } from './content-disposition.ts';
export { fileHandlers, newestNamed } from './file.handlers.ts';
export { type FileDocument, files } from './files.projection.ts';
export { type SentFile, readForm, storePart } from './store-part.http.ts';
