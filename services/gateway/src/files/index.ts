export { userFileHeaders } from './content-disposition.ts';
export { answerFile, answerHead, thumbnailOf } from './download.handlers.ts';
export { openFiles } from './file.handlers.ts';
export type { FilePorts, FileReads } from './file-ports.ts';
export { type FileDocument, files } from './files.projection.ts';
export { anybody, fileIdOf, newestNamed } from './find-file.http.ts';
export { type SentFile, readForm, storePart } from './store-part.http.ts';
export { parseRange } from './range.ts';
