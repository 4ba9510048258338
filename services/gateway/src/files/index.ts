export { userFileHeaders } from './content-disposition.ts';
export { answerFile, answerHead, thumbnailOf } from './download.handlers.ts';
export { fileHandlers } from './file.handlers.ts';
export { type FileDocument, files } from './files.projection.ts';
export { newestNamed } from './find-file.http.ts';
export { type SentFile, readForm, storePart } from './store-part.http.ts';
export type { FilePorts } from './file-ports.ts';
export { parseRange } from './range.ts';
